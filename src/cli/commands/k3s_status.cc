// `autosre k3s status`: the release, its pods and how they answer.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/cluster.h"
#include "cli/cluster_commands.h"
#include "cli/cluster_status.h"
#include "cli/output.h"

namespace cli {
namespace {

class ClusterStatus final : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--json", is_json_, "print it as JSON");
    options_.declare(args);
    options_.declare_addresses(args);
  }

  int run() override {
    Cluster cluster;
    try {
      return show_cluster_status(read_cluster_status(cluster, options_), is_json_);
    } catch (const k3s::Interrupted&) {
      return interrupted_exit;
    }
  }

 private:
  bool is_json_ = false;
  ClusterOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_k3s_status() {
  return std::make_unique<ClusterStatus>();
}

}  // namespace cli
