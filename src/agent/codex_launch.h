// Plans a launch of the real Codex against the local stack.
#pragma once

#include "agent/launch.h"
#include "config/paths.h"

namespace agent {

// Asks the proxy for the model, its catalog entry and health. Throws base::Error when it cannot be
// reached, is still loading or knows nothing for Codex.
LaunchPlan plan_codex(const LaunchRequest& request, const config::Environment& environment);

}  // namespace agent
