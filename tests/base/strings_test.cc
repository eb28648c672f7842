#include "base/strings.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

using Views = std::vector<std::string_view>;

TEST(Trim, TakesWhitespaceOffBothEnds) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("a"), "a");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,b", ','), (Views{"a", "b"}));
  EXPECT_EQ(split(",a,,b,", ','), (Views{"", "a", "", "b", ""}));
  EXPECT_EQ(split("a", ','), (Views{"a"}));
}

TEST(Comparison, IgnoresAsciiCase) {
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_TRUE(contains_ignoring_case("Must Alternate", "must alternate"));
  EXPECT_TRUE(contains_ignoring_case("a", ""));
  EXPECT_FALSE(contains_ignoring_case("", "a"));
  EXPECT_FALSE(contains_ignoring_case("abab", "abc"));
}

TEST(Number, IsDigitsOnly) {
  EXPECT_EQ(parse_number("0"), 0);
  EXPECT_EQ(parse_number("007"), 7);
  EXPECT_EQ(parse_number("9223372036854775807"), 9223372036854775807);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "9223372036854775808",
                           "99999999999999999999999"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

TEST(Base64, DecodesEveryLength) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("AP+/"), std::string("\0\xff\xbf", 3));
}

TEST(Base64, PassesOverWhitespace) {
  EXPECT_EQ(decode_base64("Zm\r\n9v\n"), "foo");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"Z", "Zg===", "Zm=9", "Z-9_", "Zm9v!", "====", "Zm9vZ"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

TEST(Nearest, FindsAMisspelling) {
  constexpr std::array<std::string_view, 4> names{"start", "status", "stop", "metrics"};
  EXPECT_EQ(nearest("metircs", names), "metrics");
  EXPECT_EQ(nearest("statu", names), "status");
  EXPECT_EQ(nearest("start", names), "start");
  EXPECT_EQ(nearest("xyzzy", names), "");
  EXPECT_EQ(nearest("", names), "");
}

TEST(ConstantTimeComparison, ComparesWhole) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("Secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secret1"));
  EXPECT_FALSE(equal_in_constant_time("secret", ""));
  EXPECT_FALSE(equal_in_constant_time("", "secret"));
}

}  // namespace
}  // namespace base
