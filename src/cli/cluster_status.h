// A release's status for people and for programs; `status` and `k3s status` share it.
#pragma once

#include "cli/cluster.h"

namespace cli {

k3s::Status read_cluster_status(Cluster& cluster, const ClusterOptions& options);

// Prints it; the exit code: 0 when it is healthy, else 1.
int show_cluster_status(const k3s::Status& status, bool is_json);

}  // namespace cli
