#include "mcp/fetch/document.h"

#include <gtest/gtest.h>

namespace mcp::fetch {
namespace {

TEST(KindOf, BelievesTheTypeWhereItCanBeTrue) {
  EXPECT_EQ(kind_of("text/html", "no mark of it"), Kind::html);
  EXPECT_EQ(kind_of("application/xhtml+xml", "<html>"), Kind::html);
  EXPECT_EQ(kind_of("application/ld+json", "{}"), Kind::json);
  EXPECT_EQ(kind_of("text/csv", "a,b"), Kind::text);
  EXPECT_EQ(kind_of("image/svg+xml", "<svg>"), Kind::text);
  EXPECT_EQ(kind_of("application/atom+xml", "<feed>"), Kind::text);
  EXPECT_EQ(kind_of("application/zip", "PK"), Kind::binary);
  EXPECT_EQ(kind_of("image/png", ""), Kind::image);
}

TEST(KindOf, LooksAtTheBytesWhereItCannot) {
  using namespace std::string_view_literals;
  EXPECT_EQ(kind_of("", "  <!DOCTYPE html><p>"), Kind::html);
  EXPECT_EQ(kind_of("application/octet-stream", "<HTML>"), Kind::html);
  EXPECT_EQ(kind_of("text/plain", "<html>"), Kind::text);  // somebody shows the source
  EXPECT_EQ(kind_of("text/html", "%PDF-1.7"), Kind::pdf);
  EXPECT_EQ(kind_of("", "\x89PNG\r\n"), Kind::image);
  EXPECT_EQ(kind_of("text/plain", "a\0b"sv), Kind::binary);
  EXPECT_EQ(kind_of("text/html", "a\0b"sv), Kind::binary);
  EXPECT_EQ(kind_of("text/plain",
                    "\xff\xfe"
                    "a\0"sv),
            Kind::text);  // UTF-16
  EXPECT_EQ(kind_of("", "just words"), Kind::text);
}

TEST(PlainText, LeavesOutWhatIsReadButNotSeen) {
  EXPECT_EQ(plain_text("a\r\nb\rc\td\n"), "a\nb\nc\td\n");
  EXPECT_EQ(plain_text("\x1b[31mred\x07\x7f"), "[31mred");
  EXPECT_EQ(plain_text("a\u202eb\u2066c\U000e0041d\ufeffe\u009bf"), "abcdef");
  EXPECT_EQ(plain_text("👨‍👩‍👧 नमस्ते ü"),
            "👨‍👩‍👧 नमस्ते ü");
}

}  // namespace
}  // namespace mcp::fetch
