#include "mcp/fetch/slice.h"

#include <string>

#include <gtest/gtest.h>

namespace mcp::fetch {
namespace {

TEST(SliceOf, CountsCharactersNotBytes) {
  const Slice slice = slice_of("aä日🎉e", 1, 3);
  EXPECT_EQ(slice.text, "ä日🎉");
  EXPECT_EQ(slice.begin, 1u);
  EXPECT_EQ(slice.end, 4u);
  EXPECT_EQ(slice.total, 5u);
  EXPECT_FALSE(slice.is_last());
  EXPECT_TRUE(slice_of("aä日🎉e", 1, 4).is_last());
}

TEST(SliceOf, EndsWithALineWhereOneEndsNearTheEnd) {
  EXPECT_EQ(slice_of("12345678\n0123", 0, 10).text, "12345678\n");
  EXPECT_EQ(slice_of("1234\n678901234", 0, 10).text, "1234\n67890");
  EXPECT_EQ(slice_of("12345678\n0", 0, 10).text, "12345678\n0");
}

TEST(SliceOf, OfNothingIsNothing) {
  EXPECT_TRUE(slice_of("", 0, 10).is_last());
  const Slice behind = slice_of("abc", 9, 10);
  EXPECT_EQ(behind.text, "");
  EXPECT_EQ(behind.begin, 3u);
}

TEST(SliceOf, PutTogetherIsTheWhole) {
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += std::string(static_cast<size_t>(i * 37 % 90), i % 3 == 0 ? 'x' : 'y') + "ü\n";
  for (const size_t length : {1u, 7u, 100u, 999u}) {
    std::string whole;
    for (size_t at = 0;;) {
      const Slice slice = slice_of(text, at, length);
      ASSERT_GT(slice.end, at);
      whole += slice.text;
      at = slice.end;
      if (slice.is_last()) break;
    }
    EXPECT_EQ(whole, text) << length;
  }
}

}  // namespace
}  // namespace mcp::fetch
