// Which stack a command means: the one on this machine or the one in the cluster.
#pragma once

#include "cli/cluster.h"

namespace cli {

enum class Where { local, cluster };

struct WhereOptions {
  bool is_local = false;
  bool is_cluster = false;

  void declare(Args& args);  // --local, --cluster
};

// What is given wins; then a local stack that runs, then a release in the cluster that kubectl
// finds, else this machine. A cluster that cannot be asked counts as none.
Where decide_where(const WhereOptions& given, const ClusterOptions& options);

}  // namespace cli
