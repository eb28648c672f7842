#include "agent/claude_window.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

struct Case {
  const char* name;
  int window;
  Tools tools;
  std::optional<int> limit;
  WindowPlan plan;
};

class PlanWindow : public testing::TestWithParam<Case> {};

TEST_P(PlanWindow, TellsWhatWasMeasuredToWork) {
  const Case& row = GetParam();
  EXPECT_EQ(plan_window(row.window, row.tools, row.limit), row.plan);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PlanWindow,
    testing::Values(Case{"large", 262144, Tools::all, {}, {262144, 32000}},
                    Case{"large_lean", 262144, Tools::few, {}, {262144, 32000}},
                    Case{"middle", 65536, Tools::all, {}, {73728, 8192}},
                    Case{"small", 32768, Tools::all, {}, {45000, 3000}},
                    Case{"small_lean", 32768, Tools::few, {}, {40960, 4096}},
                    Case{"tiny_lean", 16384, Tools::few, {}, {26624, 2048}},
                    Case{"limited_model", 262144, Tools::all, 8192, {262144, 8192}}),
    [](const auto& info) { return info.param.name; });

TEST(CompactsAt, LeavesRoomForAnAnswerInEveryWindow) {
  for (int window = 8192; window <= 1 << 20; window += 4096)
    for (const Tools tools : {Tools::all, Tools::few}) {
      const WindowPlan plan = plan_window(window, tools, {});
      EXPECT_LE(compacts_at(plan) + std::min(plan.max_output, 20000), window) << window;
      EXPECT_GT(compacts_at(plan), 0) << window;
    }
}

TEST(CompactsAt, IsWhereClaudeCodeWasSeenToDoIt) {
  EXPECT_EQ(compacts_at({.told = 262144, .max_output = 32000}), 229144);
  EXPECT_EQ(compacts_at({.told = 32768, .max_output = 4096}), 15672);
}

TEST(WindowAdvice, NamesLeanWhereAllToolsLeaveLittle) {
  EXPECT_NE(window_advice(32768, Tools::all).find("--lean"), std::string::npos);
  EXPECT_EQ(window_advice(32768, Tools::few), "");
  EXPECT_EQ(window_advice(262144, Tools::all), "");
}

TEST(WindowAdvice, WarnsOfAWindowThatIsTooSmallForAnything) {
  EXPECT_NE(window_advice(8192, Tools::few).find("too small"), std::string::npos);
}

}  // namespace
}  // namespace agent
