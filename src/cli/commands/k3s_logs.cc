// `autosre k3s logs`: kubectl's own, for the parts of the release.
#include <fmt/format.h>

#include "cli/args.h"
#include "cli/cluster_commands.h"
#include "cli/cluster_logs.h"

namespace cli {
namespace {

class ClusterLogs final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("engine|proxy|codex-proxy|browser", what_.part, "which log; left out: all",
                    false);
    args.flag("-f,--follow", what_.is_following, "go on with what is added, until Ctrl-C");
    args.option("-n,--lines", "N", what_.lines, "how many of the last lines");
    args.flag("--previous", what_.is_previous, "of the run before, when a pod has ended");
    options_.declare(args);
  }

  int run() override {
    Cluster cluster;
    return print_cluster_logs(cluster, options_, what_);
  }

 private:
  LogsWanted what_;
  ClusterOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_k3s_logs() {
  return std::make_unique<ClusterLogs>();
}

}  // namespace cli
