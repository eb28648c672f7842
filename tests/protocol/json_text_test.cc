#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/json/text.h"

namespace json {
namespace {

const std::string mark = "\xEF\xBF\xBD";

std::string compact(std::string_view text) {
  std::string out;
  append_compact(out, text);
  return out;
}

// The bytes in quotes, without those that a JSON string may not have.
std::string quoted_raw(std::string bytes) {
  for (char& c : bytes)
    if (c == '"' || c == '\\' || (c >= 0 && c < 0x20)) c = ' ';
  return '"' + bytes + '"';
}

std::string mended(std::string_view escaped) {
  std::string out;
  append_without_lone_surrogates(out, escaped);
  return out;
}

TEST(JsonText, FindsSpecialsAtEveryOffset) {
  for (size_t size = 0; size < 40; ++size) {
    EXPECT_EQ(find_special(std::string(size, 'x'), 0), size);
    for (size_t at = 0; at < size; ++at) {
      for (const char special : {'"', '\\', '\0', '\n', '\x1F'}) {
        std::string text(size, '\xC3');  // bytes above 0x7F are none
        text[at] = special;
        EXPECT_EQ(find_special(text, 0), at);
        EXPECT_EQ(find_special(text, at), at);
        EXPECT_EQ(find_special(text, at + 1), size);
      }
    }
  }
  EXPECT_EQ(find_special("\x20\x7F!#[]^", 0), 7U);
}

TEST(JsonText, EscapesEveryByteSoThatItComesBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "ü日🤖";
  const std::string quoted_text = json::quoted(all);
  EXPECT_EQ(nlohmann::json::parse(quoted_text).get<std::string>(), all);
  EXPECT_EQ(unescape(std::string_view(quoted_text).substr(1, quoted_text.size() - 2)), all);
  EXPECT_EQ(json::quoted("a\"\\\n\r\t\x01ü/"), R"("a\"\\\n\r\t\u0001ü/")");
}

TEST(JsonText, EscapesBytesThatAreNotUtf8AsTheReplacementCharacter) {
  EXPECT_EQ(json::quoted("a\xFF\"\xC3"), "\"a" + mark + "\\\"" + mark + "\"");
}

TEST(JsonText, UnescapesEveryEscape) {
  EXPECT_EQ(unescape(R"(\"\\\/\b\f\n\r\t\u0041\u00fc\u65E5\ud83e\udd16)"), "\"\\/\b\f\n\r\tAü日🤖");
  EXPECT_EQ(unescape(R"(\u0000)"), std::string("\0", 1));
  EXPECT_EQ(unescape(""), "");
}

TEST(JsonText, ReplacesLoneSurrogatesOnly) {
  const std::pair<std::string, std::string> rows[] = {
      {R"(\ud83e)", mark},
      {R"(\udd16)", mark},
      {R"(\ud83ex)", mark + "x"},
      {R"(\ud83e\n)", mark + "\n"},
      {R"(\ud83e\ud83e\udd16)", mark + "🤖"},
      {R"(\udd16\ud83e)", mark + mark},
      {R"(\ud83e\u0041)", mark + "A"},
      {R"(\ud7ff\ue000)", "\xED\x9F\xBF\xEE\x80\x80"},
      {R"(\\ud83e)", "\\ud83e"},
      {R"(\\\ud83e)", "\\" + mark},
  };
  for (const auto& [escaped, plain] : rows) {
    EXPECT_EQ(unescape(escaped), plain) << escaped;
    EXPECT_EQ(unescape(mended(escaped)), plain) << escaped;
    EXPECT_EQ(nlohmann::json::parse('"' + mended(escaped) + '"').get<std::string>(), plain)
        << escaped;
  }
  EXPECT_EQ(mended(R"({"a\ud83e":"\u0041\"\\"})"), "{\"a" + mark + R"(":"\u0041\"\\"})");
}

TEST(JsonText, KnowsUtf8) {
  for (const std::string_view good :
       {"", "a", "ü", "日", "🤖", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xC2\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80", "01234567ü89"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string_view bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xF0\x9F\xA4", "0123456\xFF", "01234567\xC3"})
    EXPECT_FALSE(is_utf8(bad)) << json::quoted(bad);
}

TEST(JsonText, MakesUtf8OfAnyBytes) {
  EXPECT_EQ(to_utf8("a\xFFü\x80z"), "a" + mark + "ü" + mark + "z");
  unsigned state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 24; ++i) {
      state = state * 1664525 + 1013904223;
      bytes += static_cast<char>(state >> 24);
    }
    const std::string mended_bytes = to_utf8(bytes);
    EXPECT_TRUE(is_utf8(mended_bytes));
    EXPECT_EQ(to_utf8(mended_bytes), mended_bytes);
    // nlohmann's check is another's word for what is UTF-8.
    EXPECT_EQ(is_utf8(bytes), nlohmann::json::accept(quoted_raw(bytes))) << json::quoted(bytes);
  }
}

TEST(JsonText, WritesOneFormOfEqualValues) {
  EXPECT_EQ(compact(" { \"a b\" : [ 1 , -2.50 , true , null ] } "),
            R"({"a b":[1,-2.50,true,null]})");
  EXPECT_EQ(compact(R"({"\u0041\/":"\b\u0008\u00e9\ud83e"})"),
            "{\"A/\":\"\\u0008\\u0008é" + mark + "\"}");
  EXPECT_EQ(compact(R"("\f")"), R"("\u000c")");
  EXPECT_EQ(compact(R"("a\"\\ \n")"), R"("a\"\\ \n")");
  EXPECT_EQ(compact(R"(["\\","\\\"",""])"), R"(["\\","\\\"",""])");
  EXPECT_EQ(compact(""), "");
}

TEST(JsonText, ReadsFourHexadecimalDigits) {
  EXPECT_EQ(hex4("00fFx"), 255);
  EXPECT_EQ(hex4("00f"), -1);
  EXPECT_EQ(hex4("00g0"), -1);
}

}  // namespace
}  // namespace json
