// When Codex (0.169) is to compact, and how much of a command's output it may keep, so that a
// request and its answer fit into the window (pure).
//
// By itself it compacts at 90 % of the window and keeps 10000 tokens of each output: on a small
// window neither one more output nor the answer has room then.
#pragma once

#include <string>

#include "agent/tools.h"

namespace agent {

struct CodexWindow {
  int window = 0;  // all in tokens
  int compact_at = 0;
  int tool_output = 0;

  bool operator==(const CodexWindow&) const = default;
};

CodexWindow plan_codex_window(int window);

// What to say to the user about a window that is small for this; empty when it fits.
std::string codex_window_advice(int window, Tools tools);

}  // namespace agent
