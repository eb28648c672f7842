// `start` and `stop` on the cluster.
#pragma once

#include "cli/cluster.h"

namespace cli {

struct StartWanted {
  bool allows_contention = false;
  int timeout = 45 * 60;  // seconds
};

// The exit codes.
int start_cluster(const ClusterOptions& options, const StartWanted& wanted);
int stop_cluster(const ClusterOptions& options);

}  // namespace cli
