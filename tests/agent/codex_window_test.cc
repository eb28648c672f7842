#include "agent/codex_window.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(CodexWindow, LeavesRoomForAnOutputAndAnAnswer) {
  EXPECT_EQ(plan_codex_window(8192), (CodexWindow{8192, 6144, 1024}));
  EXPECT_EQ(plan_codex_window(32768), (CodexWindow{32768, 24576, 4096}));
  EXPECT_EQ(plan_codex_window(131072), (CodexWindow{131072, 104688, 10000}));
  EXPECT_EQ(plan_codex_window(262144), (CodexWindow{262144, 235760, 10000}));
}

TEST(CodexWindow, NeverCompactsLaterThanCodexWould) {
  for (int window = 1024; window < 2'000'000; window += 997) {
    const CodexWindow plan = plan_codex_window(window);
    EXPECT_LE(plan.compact_at, window / 10 * 9) << window;
    EXPECT_GT(plan.compact_at, window / 2) << window;
    EXPECT_LE(plan.compact_at + plan.tool_output, window) << window;
  }
}

TEST(CodexWindowAdvice, NamesLeanWhereAllToolsLeaveLittleRoom) {
  EXPECT_NE(codex_window_advice(16384, Tools::all).find("--lean"), std::string::npos);
  EXPECT_EQ(codex_window_advice(16384, Tools::few), "");
  EXPECT_EQ(codex_window_advice(32768, Tools::all), "");
  EXPECT_EQ(codex_window_advice(8192, Tools::few), "");
}

TEST(CodexWindowAdvice, SaysWhatIsTooSmallForAnyTools) {
  EXPECT_NE(codex_window_advice(4096, Tools::few).find("too small"), std::string::npos);
  EXPECT_EQ(codex_window_advice(4096, Tools::all).find("--lean"), std::string::npos);
}

}  // namespace
}  // namespace agent
