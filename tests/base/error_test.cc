#include "base/error.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Error, SaysWhatWhyAndWhatToDoNext) {
  const Error error("cannot read /a", "permission denied", "run chmod", Exit::held);
  EXPECT_STREQ(error.what(), "cannot read /a");
  EXPECT_EQ(error.why(), "permission denied");
  EXPECT_EQ(error.next(), "run chmod");
  EXPECT_EQ(error.code(), Exit::held);
  EXPECT_EQ(error.line(), "error: cannot read /a — permission denied — run chmod");
}

TEST(Error, LeavesOutWhatItDoesNotKnow) {
  EXPECT_EQ(Error("a").line(), "error: a");
  EXPECT_EQ(Error("a", "b").line(), "error: a — b");
  EXPECT_EQ(Error("a", "", "c").line(), "error: a — c");
  EXPECT_EQ(Error("a").code(), Exit::failed);
}

TEST(Exit, HasTheCodesThatAreDocumented) {
  EXPECT_EQ(static_cast<int>(Exit::ok), 0);
  EXPECT_EQ(static_cast<int>(Exit::failed), 1);
  EXPECT_EQ(static_cast<int>(Exit::usage), 2);
  EXPECT_EQ(static_cast<int>(Exit::held), 3);
}

}  // namespace
}  // namespace base
