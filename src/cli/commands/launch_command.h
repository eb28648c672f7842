// The command that launches an agent; each agent is a row of what differs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/launch.h"
#include "backend/addresses.h"
#include "cli/args.h"
#include "cli/command.h"
#include "config/paths.h"

namespace cli {

struct LaunchRow {
  std::string_view program;
  int proxy_port = 0;
  std::string_view url_variable;
  std::string backend::Addresses::* proxy_url;
  Args::Rest rest = Args::Rest::anywhere;
  std::string_view rest_name;
  std::string_view rest_summary;
  agent::LaunchPlan (*plan)(const agent::LaunchRequest&, const config::Environment&) = nullptr;
};

class LaunchCommand : public Command {
 public:
  explicit LaunchCommand(const LaunchRow& row) : row_(row) {}

  void declare(Args& args) override;
  int run() override;

 private:
  agent::LaunchRequest make_request(const config::Environment& environment) const;
  bool stack_answers(const agent::LaunchRequest& request,
                     const config::Environment& environment) const;
  int print(const agent::LaunchPlan& plan) const;

  LaunchRow row_;
  bool lean_ = false;
  std::optional<int> priority_;
  std::string url_;
  bool auto_start_ = false;
  bool print_env_ = false;
  bool explain_ = false;
  bool dry_run_ = false;
  bool json_ = false;
  std::vector<std::string> words_;
};

}  // namespace cli
