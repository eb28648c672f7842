#include "cli/version.h"

#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace cli {
namespace {

class Version : public Command {
 public:
  void declare(Args& args) override { args.flag("--json", json_, "print it as JSON"); }

  int run() override {
    Output output;
    if (json_) {
      output.json(record());
      return 0;
    }
    std::vector<std::vector<Cell>> rows = {{"autosre", version()},
                                           {"compiler", compiler()},
                                           {"tested with claude", tested_claude_version},
                                           {"tested with codex", tested_codex_version}};
    for (const auto& [name, number] : libraries()) rows.push_back({name, number});
    output.table({.titles = {}, .rows = std::move(rows)});
    return 0;
  }

 private:
  static nlohmann::ordered_json record() {
    nlohmann::ordered_json linked = nlohmann::ordered_json::object();
    for (const auto& [name, number] : libraries()) linked[name] = number;
    return {{"version", version()},
            {"compiler", compiler()},
            {"libraries", std::move(linked)},
            {"tested", {{"claude", tested_claude_version}, {"codex", tested_codex_version}}}};
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_version() {
  return std::make_unique<Version>();
}

}  // namespace cli
