#include "agent/claude_window.h"

#include <algorithm>
#include <array>

namespace agent {
namespace {

struct Row {
  Tools tools;
  int at_least;  // window
  int max_output;
  int surplus;  // told beyond the window
};

// The rows for 262144 and 32768 were measured with whole sessions of 20 turns, the others follow
// the same rule; the prompt with all tools is about 19300 tokens, with few about 1900.
constexpr std::array rows = {
    Row{Tools::all, 100000, 32000, 0},  Row{Tools::all, 48000, 8192, 8192},
    Row{Tools::all, 0, 3000, 12232},    Row{Tools::few, 100000, 32000, 0},
    Row{Tools::few, 48000, 8192, 8192}, Row{Tools::few, 24000, 4096, 8192},
    Row{Tools::few, 0, 2048, 10240},
};

constexpr int roomy_with_all_tools = 48000;
constexpr int smallest_with_few_tools = 12000;

}  // namespace

WindowPlan plan_window(int window, Tools tools, std::optional<int> model_limit) {
  const auto row = std::ranges::find_if(
      rows, [&](const Row& r) { return r.tools == tools && window >= r.at_least; });
  const Row& best = row == rows.end() ? rows.back() : *row;
  return {.told = window + best.surplus,
          .max_output = std::min(best.max_output, model_limit.value_or(best.max_output))};
}

int compacts_at(const WindowPlan& plan) {
  return plan.told - std::min(plan.max_output, 20000) - 13000;
}

std::string window_advice(int window, Tools tools) {
  const std::string size = std::to_string(window) + " tokens";
  if (window < smallest_with_few_tools)
    return "the model's window of " + size +
           " is too small for Claude Code's tools; single questions work with -- --bare -p \"…\"";
  if (tools == Tools::all && window < roomy_with_all_tools)
    return "the model's window of " + size + " leaves little room beside all the tools; try --lean";
  return {};
}

}  // namespace agent
