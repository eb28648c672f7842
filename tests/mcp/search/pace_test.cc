#include "mcp/search/pace.h"

#include <gtest/gtest.h>

namespace mcp::search {
namespace {

using namespace std::chrono_literals;

TEST(Pace, KeepsQuestionsApart) {
  Pace pace;
  const Pace::Clock::time_point now{1h};
  EXPECT_EQ(pace.take_turn(now), 0ms);
  EXPECT_EQ(pace.take_turn(now), 2000ms);
  EXPECT_EQ(pace.take_turn(now + 500ms), 3500ms);
  EXPECT_EQ(pace.take_turn(now + 1min), 0ms);
}

TEST(Pace, PausesLongerAfterEachChallengeUntilThereIsAnAnswer) {
  Pace pace;
  const Pace::Clock::time_point now{1h};
  EXPECT_EQ(pace.pause(now), 0s);
  pace.challenged(now);
  EXPECT_EQ(pace.pause(now), 60s);
  EXPECT_EQ(pace.pause(now + 59500ms), 1s);
  EXPECT_EQ(pace.pause(now + 60s), 0s);
  pace.challenged(now);
  EXPECT_EQ(pace.pause(now), 120s);
  for (int i = 0; i < 20; ++i) pace.challenged(now);
  EXPECT_EQ(pace.pause(now), 3600s);
  pace.answered();
  pace.challenged(now);
  EXPECT_EQ(pace.pause(now), 60s);
}

}  // namespace
}  // namespace mcp::search
