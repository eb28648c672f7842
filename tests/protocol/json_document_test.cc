#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/json/document.h"

namespace json {
namespace {

// A document and its root for as long as an expression needs them.
struct Parsed {
  explicit Parsed(std::string json) : text(std::move(json)) {
    const auto error = document.parse(text);
    EXPECT_FALSE(error) << text << ": " << error->reason << " at " << error->offset;
  }
  Value operator[](std::string_view key) const { return document.root()[key]; }
  Value root() const { return document.root(); }

  std::string text;
  Document document;
};

TEST(Document, KnowsTheKindOfAValue) {
  const Parsed all(R"({"n":null,"b":true,"i":-1.5e3,"s":"x","a":[],"o":{}})");
  EXPECT_EQ(all.root().kind(), Kind::object);
  EXPECT_EQ(all["n"].kind(), Kind::null);
  EXPECT_EQ(all["b"].kind(), Kind::boolean);
  EXPECT_EQ(all["i"].kind(), Kind::number);
  EXPECT_EQ(all["s"].kind(), Kind::string);
  EXPECT_EQ(all["a"].kind(), Kind::array);
  EXPECT_EQ(all["o"].kind(), Kind::object);
  EXPECT_EQ(all["missing"].kind(), Kind::absent);
  EXPECT_TRUE(all["b"].is_true());
  EXPECT_TRUE(all["n"]);
  EXPECT_FALSE(all["n"].given());
  EXPECT_FALSE(all["missing"]);
}

TEST(Document, AnswersEmptilyToQuestionsOfTheWrongKind) {
  const Parsed number("5");
  for (const Value value : {Value(), number.root()}) {
    EXPECT_EQ(value["key"].kind(), Kind::absent);
    EXPECT_EQ(value.size(), 0U);
    EXPECT_EQ(value.string(), "");
    EXPECT_EQ(value.escaped(), "");
    EXPECT_FALSE(value.equals(""));
    EXPECT_FALSE(value.is_true());
    EXPECT_FALSE(value.has_surrogates());
    for (const Value element : value) ADD_FAILURE() << element.raw();
  }
  EXPECT_EQ(Value().raw(), "");
  EXPECT_FALSE(Value().number());
}

TEST(Document, GivesTheTextOfAValueAsItCame) {
  const Parsed spaced(" { \"a\" : [ 1 , { \"b\" : 2 } ] , \"c\" : \"x\\ny\" } \n");
  EXPECT_EQ(spaced["a"].raw(), "[ 1 , { \"b\" : 2 } ]");
  EXPECT_EQ(spaced["c"].raw(), "\"x\\ny\"");
  EXPECT_EQ(spaced["c"].escaped(), "x\\ny");
  EXPECT_EQ(spaced["c"].string(), "x\ny");
}

TEST(Document, WalksArraysAndObjectsOverNestedOnes) {
  const Parsed nested(R"({"x":[{"deep":[1,2]},[],"s"],"y":{"z":{}}})");
  std::vector<std::string> elements;
  for (const Value element : nested["x"]) elements.emplace_back(element.raw());
  EXPECT_EQ(elements, (std::vector<std::string>{R"({"deep":[1,2]})", "[]", R"("s")"}));
  std::string keys;
  for (auto it = nested.root().begin(); it != nested.root().end(); ++it)
    keys += it.key().string() + "=" + std::string((*it).raw()) + ";";
  EXPECT_EQ(keys, R"(x=[{"deep":[1,2]},[],"s"];y={"z":{}};)");
  EXPECT_EQ(nested["x"].size(), 3U);
  EXPECT_EQ(nested["y"]["z"].size(), 0U);
}

TEST(Document, TakesTheLastOfSeveralMembersOfOneName) {
  const Parsed twice(R"({"a":1,"\u0061":2})");
  EXPECT_EQ(twice["a"].integer(), 2);
}

TEST(Document, ReadsNumbers) {
  const auto integer = [](const std::string& text) { return Parsed(text).root().integer(); };
  EXPECT_EQ(integer("0"), 0);
  EXPECT_EQ(integer("-17"), -17);
  EXPECT_EQ(integer("3.2e4"), 32000);
  EXPECT_EQ(integer("9000000000000000"), 9000000000000000);
  EXPECT_EQ(integer("1.5"), std::nullopt);
  EXPECT_EQ(integer("1e16"), std::nullopt);
  EXPECT_EQ(integer("1e400"), std::nullopt);
  EXPECT_EQ(integer("\"5\""), std::nullopt);
  EXPECT_EQ(Parsed("-0.25").root().number(), -0.25);
}

TEST(Document, ComparesStringsByWhatTheySay) {
  EXPECT_TRUE(Parsed(R"("a\u0062\/")").root().equals("ab/"));
  EXPECT_FALSE(Parsed(R"("a\\u0062")").root().equals("ab"));
}

TEST(Document, MendsLoneSurrogatesWhereTextIsCopied) {
  const Parsed bad(R"({"lone":"a\ud83d","pair":"\uD83E\uDD16","other":["\udd16b"]})");
  EXPECT_TRUE(bad["lone"].has_surrogates());
  EXPECT_EQ(bad["lone"].string(), "a\xEF\xBF\xBD");
  std::string out;
  bad["lone"].append_escaped(out);
  bad["pair"].append_escaped(out);
  EXPECT_EQ(out, "a\xEF\xBF\xBD\xF0\x9F\xA4\x96");
  EXPECT_EQ(bad["pair"].string(), "🤖");
  out.clear();
  bad["other"].append_raw(out);
  EXPECT_EQ(out,
            "[\"\xEF\xBF\xBD"
            "b\"]");
}

TEST(Document, CanBeUsedAgain) {
  Document document;
  EXPECT_FALSE(document.parse(R"(["\ud83d"])"));
  EXPECT_TRUE(document.parse("[1,"));
  EXPECT_EQ(document.root().kind(), Kind::absent);
  EXPECT_FALSE(document.parse("[7]"));
  EXPECT_EQ(document.root().size(), 1U);
}

TEST(Document, SaysWhereAndWhyATextIsNotJson) {
  const std::tuple<std::string, size_t, std::string> rows[] = {
      {"", 0, "a value was expected"},
      {"  ", 2, "a value was expected"},
      {"[1,]", 3, "a value was expected"},
      {"[1 2]", 3, "',' or ']' was expected"},
      {"{\"a\":1,}", 7, "a member's name was expected"},
      {"{\"a\" 1}", 5, "':' was expected"},
      {"{\"a\":1 \"b\"}", 7, "',' or '}' was expected"},
      {"\"abc", 4, "the string does not end"},
      {"\"a\nb\"", 2, "a control character in a string"},
      {"\"\\x\"", 1, "an unknown escape"},
      {"\"\\u12g4\"", 1, "\\u needs four hexadecimal digits"},
      {"-", 1, "a digit was expected"},
      {"1.", 2, "a digit was expected"},
      {"1e+", 3, "a digit was expected"},
      {"01", 1, "text after the value"},
      {"{} x", 3, "text after the value"},
      {"tru", 0, "a value was expected"},
      {std::string("\0", 1), 0, "a value was expected"},
      {"[\"\xFF\"]", 2, "bytes that are not UTF-8"},
      {"{\"ab\xC3\":1}", 4, "bytes that are not UTF-8"},
      {"\"\xE6\x97", 1, "bytes that are not UTF-8"},
      {"[\xFF]", 1, "a value was expected"},
  };
  for (const auto& [text, offset, reason] : rows) {
    Document document;
    const auto error = document.parse(text);
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->offset, offset) << text;
    EXPECT_EQ(error->reason, reason) << text;
  }
}

TEST(Document, TakesNoTextForNoJson) {
  Document document;
  EXPECT_TRUE(document.parse(std::string_view()));
}

TEST(Document, MendsWhatIsNotUtf8WhenAsked) {
  Document document;
  std::string text = "[\"a\xFF\", \"\xE6\x97\"]";
  EXPECT_FALSE(document.parse_mended(text));
  EXPECT_EQ(text, "[\"a\xEF\xBF\xBD\", \"\xEF\xBF\xBD\xEF\xBF\xBD\"]");
  EXPECT_EQ(document.root().size(), 2U);
  std::string good = R"(["日"])";
  EXPECT_FALSE(document.parse_mended(good));
  EXPECT_EQ(good, R"(["日"])");
  std::string broken = "[\"\xFF\"";
  EXPECT_EQ(document.parse_mended(broken)->reason, "',' or ']' was expected");
}

TEST(Document, BoundsItsDepth) {
  Document document;
  EXPECT_FALSE(document.parse(std::string(max_depth, '[') + std::string(max_depth, ']')));
  const auto error = document.parse(std::string(max_depth + 1, '['));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, "nested too deeply");
  // Depth is of what is open, not of what has been.
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "[{}],";
  EXPECT_FALSE(document.parse(wide + "0]"));
}

}  // namespace
}  // namespace json
