// `start` and `stop` of a release: its deployments to 1 and to 0.
#pragma once

#include "k3s/live.h"
#include "k3s/watch.h"

namespace k3s {

// Scales up what is at 0. False: nothing was.
bool scale_up(Runner& runner, const Target& target, const Workload& workload);

// First what talks to clients, which ends its open answers, then the engine; waits until all pods
// are gone. False: there was none.
bool scale_down(Runner& runner, const Target& target, const Workload& workload,
                const WatchOptions& options, const Display& display);

}  // namespace k3s
