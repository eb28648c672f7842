#include "stack/backoff.h"

#include <gtest/gtest.h>

namespace stack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backoff, DoublesFromHalfASecondToThirtySeconds) {
  EXPECT_EQ(restart_delay(1), milliseconds(500));
  EXPECT_EQ(restart_delay(2), seconds(1));
  EXPECT_EQ(restart_delay(3), seconds(2));
  EXPECT_EQ(restart_delay(6), seconds(16));
  EXPECT_EQ(restart_delay(7), seconds(30));
  EXPECT_EQ(restart_delay(1000), seconds(30));
}

TEST(Backoff, CountsFailuresInARow) {
  EXPECT_EQ(count_failures(0, seconds(1)), 1);
  EXPECT_EQ(count_failures(4, seconds(59)), 5);
}

TEST(Backoff, ForgetsFailuresAfterAMinuteUp) {
  EXPECT_EQ(count_failures(9, seconds(60)), 1);
}

}  // namespace
}  // namespace stack
