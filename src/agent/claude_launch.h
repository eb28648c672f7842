// Plans a launch of the real Claude Code against the local stack.
#pragma once

#include "agent/launch.h"
#include "config/paths.h"

namespace agent {

// Asks the proxy for label, window and health. Throws base::Error when it cannot be reached, is
// still loading or offers no label; with Need::description and AUTOSRE_CLAUDE_LABEL it need not
// answer.
LaunchPlan plan_claude(const LaunchRequest& request, const config::Environment& environment);

}  // namespace agent
