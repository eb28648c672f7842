// Which context window and output limit to tell Claude Code (2.1.330), so that it compacts in time
// (pure).
//
// It takes an unknown model for one of a million tokens unless told. From what it is told it keeps
// its output limit (at most 20000) and a fixed 13000 tokens free and compacts there: on a small
// window that wastes half, so a little more than the true window is told. A request that is too
// long all the same is refused by the proxy in words on which Claude Code compacts as well.
#pragma once

#include <optional>
#include <string>

#include "agent/tools.h"

namespace agent {

struct WindowPlan {
  int told = 0;        // tokens
  int max_output = 0;  // tokens

  bool operator==(const WindowPlan&) const = default;
};

// `model_limit`: the most tokens of one answer, when the model has such a limit.
WindowPlan plan_window(int window, Tools tools, std::optional<int> model_limit);

// Where Claude Code compacts by itself when told this.
int compacts_at(const WindowPlan& plan);

// What to say to the user about a window that is small for this; empty when it fits.
std::string window_advice(int window, Tools tools);

}  // namespace agent
