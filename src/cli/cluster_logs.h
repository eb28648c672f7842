// The logs of a release's pods; `logs` and `k3s logs` share it.
#pragma once

#include <string>

#include "cli/cluster.h"

namespace cli {

struct LogsWanted {
  std::string part;  // "engine", "proxy", "codex-proxy", "browser"; empty: all
  bool is_following = false;
  int lines = 50;
  bool is_previous = false;
};

// The exit code. Until Ctrl-C, when it follows.
int print_cluster_logs(Cluster& cluster, const ClusterOptions& options, const LogsWanted& wanted);

}  // namespace cli
