#include "cli/where.h"

#include "base/error.h"
#include "cli/args.h"
#include "config/paths.h"
#include "k3s/live.h"
#include "stack/state.h"
#include "sys/environment.h"

namespace cli {
namespace {

bool is_running_here() {
  const auto files = stack::files_of(config::resolve_paths(sys::environment()));
  return stack::find_running(files).state.has_value();
}

bool is_deployed(const ClusterOptions& options) {
  try {
    Cluster cluster;
    return k3s::has_release(cluster.runner(), options.target);
  } catch (const base::Error&) {
    return false;
  } catch (const k3s::Interrupted&) {
    return false;
  }
}

}  // namespace

void WhereOptions::declare(Args& args) {
  args.flag("--local", is_local, "the stack on this machine, whatever else there is");
  args.flag("--cluster", is_cluster, "the stack in the cluster, whatever else there is");
}

Where decide_where(const WhereOptions& given, const ClusterOptions& options) {
  if (given.is_local && given.is_cluster)
    throw base::Error("--local and --cluster exclude each other", {}, "give one of them",
                      base::Exit::usage);
  if (given.is_local) return Where::local;
  if (given.is_cluster) return Where::cluster;
  if (is_running_here()) return Where::local;
  return is_deployed(options) ? Where::cluster : Where::local;
}

}  // namespace cli
