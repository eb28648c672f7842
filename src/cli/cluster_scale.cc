#include "cli/cluster_scale.h"

#include <algorithm>

#include "base/error.h"
#include "cli/dedicated_recipe.h"
#include "cli/known_recipes.h"
#include "k3s/live.h"
#include "k3s/scale.h"

namespace cli {
namespace {

constexpr int stop_timeout = 300;  // seconds; the longest grace of a pod is 60

k3s::Workload read_deployed(Cluster& cluster, const ClusterOptions& options) {
  k3s::Workload workload = k3s::read_workload(cluster.runner(), options.target);
  if (!workload.deployments.empty()) return workload;
  throw base::Error("nothing is deployed in the namespace " + options.target.name_space, {},
                    "run `autosre k3s up`, or `autosre start --local` for a stack on this machine");
}

bool is_engine_stopped(const k3s::Workload& workload) {
  return std::ranges::any_of(workload.deployments, [](const k3s::Deployment& deployment) {
    return deployment.name == k3s::engine_name && deployment.wanted == 0;
  });
}

void check_engine_may_start(const k3s::Workload& workload) {
  for (const k3s::Deployment& deployment : workload.deployments) {
    if (deployment.name != k3s::engine_name) continue;
    const recipe::Catalog catalog = known_recipes();
    check_gpu(workload, with_dedicated(*recipe::find_entry(catalog, deployment.recipe).recipe));
  }
}

int start(Cluster& cluster, const ClusterOptions& options, const StartWanted& wanted,
          Progress& progress) {
  const k3s::Workload workload = read_deployed(cluster, options);
  if (is_engine_stopped(workload) && !wanted.allows_contention) check_engine_may_start(workload);
  const bool is_changed = k3s::scale_up(cluster.runner(), options.target, workload);
  const k3s::Status status = is_changed ? k3s::Status{}
                                        : k3s::collect_status(cluster.runner(), options.target,
                                                              options.given, stack::live_probe());
  if (status.is_healthy()) {
    note("healthy already, nothing was changed");
    Output().table(addresses_table(status));
    return 0;
  }
  k3s::watch_rollout(cluster.runner(), options.target, watch_options(wanted.timeout),
                     display_of(progress));
  finish_start(cluster, options, progress);
  note("ready: try `autosre claude` or `autosre codex`");
  return 0;
}

}  // namespace

int start_cluster(const ClusterOptions& options, const StartWanted& wanted) {
  Cluster cluster;
  Progress progress;
  try {
    return start(cluster, options, wanted, progress);
  } catch (const k3s::Interrupted&) {
    progress.done({});
    note(
        "the pods go on starting; see `autosre status`, wait again with `autosre start`, end them "
        "with `autosre stop`");
    return interrupted_exit;
  }
}

int stop_cluster(const ClusterOptions& options) {
  Cluster cluster;
  Progress progress;
  try {
    const k3s::Workload workload = k3s::read_workload(cluster.runner(), options.target);
    const bool is_changed = k3s::scale_down(cluster.runner(), options.target, workload,
                                            watch_options(stop_timeout), display_of(progress));
    progress.done({});
    note(is_changed ? "stopped" : "nothing was running");
    return 0;
  } catch (const k3s::Interrupted&) {
    progress.done({});
    note("interrupted; `autosre stop` ends the rest");
    return interrupted_exit;
  }
}

}  // namespace cli
