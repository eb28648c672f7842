#include "cli/cluster_logs.h"

#include <fmt/format.h>

#include "base/error.h"
#include "k3s/live.h"
#include "sys/process.h"

namespace cli {
namespace {

std::string part_of(const std::string& part) {
  return part == "engine" ? k3s::engine_name : "autosre-" + part;
}

}  // namespace

int print_cluster_logs(Cluster& cluster, const ClusterOptions& options, const LogsWanted& wanted) {
  const std::string& space = options.target.name_space;
  std::string selector = k3s::selector_of(options.target);
  if (!wanted.part.empty()) selector += ",app.kubernetes.io/name=" + part_of(wanted.part);
  std::vector<std::string> arguments = {"logs", "-n",     space,
                                        "-l",   selector, fmt::format("--tail={}", wanted.lines)};
  if (wanted.part.empty()) arguments.emplace_back("--prefix");
  if (wanted.is_previous) arguments.emplace_back("--previous");
  Output output;
  if (!wanted.is_following) {
    const k3s::Answer answer = cluster.runner().run({.arguments = std::move(arguments)});
    if (!answer.is_ok()) k3s::fail(answer, "cannot read the logs");
    output.text(answer.out);
    if (answer.out.empty()) note("no pod of it has logged anything");
    return 0;
  }
  arguments.insert(arguments.end(), {"--follow", "--max-log-requests=20"});
  sys::Spawn what{.argv = cluster.kubectl()};
  what.argv.insert(what.argv.end(), arguments.begin(), arguments.end());
  if (!cluster.kubeconfig().empty()) what.extra_environment["KUBECONFIG"] = cluster.kubeconfig();
  const sys::RunResult result = sys::run(
      std::move(what), [&](std::string_view line) { output.line(line); },
      [&] { return cluster.runner().is_interrupted(); });
  return result.was_interrupted || result.ended.code == 0 ? 0 : 1;
}

}  // namespace cli
