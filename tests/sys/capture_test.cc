#include "sys/capture.h"

#include <csignal>
#include <string>

#include <gtest/gtest.h>

namespace sys {
namespace {

TEST(Capture, KeepsBothStreamsApart) {
  const Captured done = capture({.argv = {"sh", "-c", "echo out; echo err >&2; exit 3"}}, {});
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_EQ(done.ended.code, 3);
  EXPECT_EQ(done.cut, Cut::none);
  EXPECT_FALSE(done.is_ok());
}

TEST(Capture, GivesItsInputHoweverLong) {
  const std::string text(3 << 20, 'x');
  const Captured done = capture({.argv = {"cat"}}, text);
  EXPECT_EQ(done.out, text);
  EXPECT_TRUE(done.is_ok());
}

TEST(Capture, HasNoTroubleWithAProgramThatReadsNothing) {
  EXPECT_TRUE(capture({.argv = {"true"}}, std::string(1 << 20, 'x')).is_ok());
}

TEST(Capture, EndsWhatTakesTooLongWithAllItsChildren) {
  const Captured done = capture({.argv = {"sh", "-c", "echo begun; sleep 600 & wait"}}, {},
                                {.deadline = std::chrono::seconds(2)});
  EXPECT_EQ(done.cut, Cut::out_of_time);
  EXPECT_EQ(done.out, "begun\n");
  EXPECT_EQ(done.ended.signal, SIGTERM);
  EXPECT_FALSE(done.is_ok());
}

TEST(Capture, EndsWhatPrintsTooMuch) {
  const Captured done = capture({.argv = {"yes"}}, {}, {.max_bytes = 1000});
  EXPECT_EQ(done.cut, Cut::too_long);
}

TEST(Capture, EndsWhenInterrupted) {
  const Captured done =
      capture({.argv = {"sleep", "600"}}, {}, {.interrupted = [] { return true; }});
  EXPECT_EQ(done.cut, Cut::interrupted);
}

}  // namespace
}  // namespace sys
