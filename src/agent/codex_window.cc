#include "agent/codex_window.h"

#include <algorithm>

namespace agent {
namespace {

constexpr int most_tool_output = 10000;  // what Codex keeps by itself
constexpr int most_answer = 16384;

// The first request in a terminal is about 34 KB with all tools and 14 KB with few, at some four
// bytes a token.
constexpr int roomy_with_all_tools = 32000;
constexpr int smallest_with_few_tools = 8000;

}  // namespace

CodexWindow plan_codex_window(int window) {
  const int share = window / 8;
  const int tool_output = std::min(share, most_tool_output);
  const int answer = std::min(share, most_answer);
  return {.window = window,
          .compact_at = std::min(window - tool_output - answer, window / 10 * 9),
          .tool_output = tool_output};
}

std::string codex_window_advice(int window, Tools tools) {
  const std::string size = "the model's window of " + std::to_string(window) + " tokens";
  if (window < smallest_with_few_tools) return size + " is too small for Codex";
  if (tools == Tools::all && window < roomy_with_all_tools)
    return size + " leaves little room beside all the tools; try --lean";
  return {};
}

}  // namespace agent
