// A model's arguments as freeform tools and searches take them.
#include <gtest/gtest.h>

#include "protocol/json/text.h"
#include "translate/responses/call_arguments.h"

namespace translate {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  json::append_escaped(out, text);
  return out;
}

std::string input_of(std::string_view arguments, std::string_view tool = "exec") {
  return json::unescape(freeform_input(escaped(arguments), tool));
}

const std::string patch = "*** Begin Patch\n*** Add File: a\n+\"b\" \\n ü\n*** End Patch\n";

TEST(FreeformInput, IsTheOneText) {
  EXPECT_EQ(input_of(R"({"input":"a\n\"b\""})"), "a\n\"b\"");
  EXPECT_EQ(input_of(R"( { "input" : "" } )"), "");
  EXPECT_EQ(input_of(R"({"input":"a","note":"b"})"), "a");
  EXPECT_EQ(input_of(R"("a")"), "a");
}

// 10
TEST(FreeformInput, IsTakenOutOfTheWrappingsThatModelsUse) {
  EXPECT_EQ(input_of(R"({"patch":"a"})"), "a");
  EXPECT_EQ(input_of(R"({"command":["apply_patch","a"]})"), "a");
  EXPECT_EQ(input_of(R"({"arguments":{"input":"a"}})"), "a");
  EXPECT_EQ(input_of(R"(["apply_patch","a"])"), "a");
}

TEST(FreeformInput, IsAllThereIsWhereItIsNotClear) {
  for (const char* text : {"text(1)", R"({"a":"b","c":"d"})", R"({"a":1})", "[1]", "7", ""})
    EXPECT_EQ(input_of(text), text);
}

// 10
TEST(FreeformInput, OfAPatchHasNothingAroundIt) {
  for (const std::string& around :
       {patch, "```\n" + patch + "```\n", "```diff\n" + patch + "```", "Here:\n" + patch}) {
    const std::string whole = R"({"input":")" + escaped(around) + "\"}";
    EXPECT_EQ(input_of(whole, "apply_patch"), patch) << around;
    EXPECT_EQ(input_of(whole, "exec"), around) << around;
  }
  EXPECT_EQ(input_of(R"({"input":"*** End Patch *** Begin Patch"})", "apply_patch"),
            "*** End Patch *** Begin Patch");
  EXPECT_EQ(input_of("```\n" + patch + "```", "apply_patch"), patch);
}

TEST(FreeformInput, TakesLineBreaksThatWereNotEscaped) {
  EXPECT_EQ(input_of("{\"input\":\"a\n\tb \\\"c\\\"\"}"), "a\n\tb \"c\"");
  EXPECT_EQ(input_of("{\n \"input\": \"a\nb\\\\\"\n}"), "a\nb\\");
  EXPECT_EQ(input_of("{\"input\":\"a\nb"), "{\"input\":\"a\nb");
}

// All that a stream tells, cut in pieces of that size.
std::string told(const std::string& arguments, size_t step) {
  FreeformStream stream;
  std::string text;
  for (size_t at = 0; at < arguments.size(); at += step)
    text += stream.feed(escaped(arguments.substr(at, step)));
  return json::unescape(text);
}

TEST(FreeformStream, TellsTheSameTextWhereverItIsCut) {
  for (const std::string& arguments :
       {R"({"input":"a\n\"b\" \u00fc\ud83d\ude00."})" + std::string(),
        R"( { "input" : "" } )" + std::string(), "{\"input\":\"a\n\tb\"}" + std::string(),
        R"({"input":"a\ud83db"})" + std::string(),
        R"({"input":"\ud83d\ud83d\ude00"})" + std::string()}) {
    for (size_t step = 1; step <= arguments.size(); ++step)
      EXPECT_EQ(told(arguments, step), input_of(arguments)) << arguments << " by " << step;
  }
}

TEST(FreeformStream, TellsNothingOfWhatItDoesNotKnow) {
  for (const char* arguments : {R"({"patch":"a"})", "text(1)", R"(["a"])", R"("a")", "{}", ""})
    EXPECT_EQ(told(arguments, 1), "") << arguments;
  EXPECT_EQ(told(R"({"input":"a\xb"})", 1), "a");
  EXPECT_EQ(told(R"({"input":"a","note":"b"})", 3), "a");
}

TEST(SearchArguments, AreAnObjectInAnyCase) {
  EXPECT_EQ(object_text(escaped(R"({"query": "a", "limit": 2})")), R"({"query":"a","limit":2})");
  EXPECT_EQ(object_text(escaped("add \"two\"")), R"({"query":"add \"two\""})");
  EXPECT_EQ(object_text(escaped("[1]")), R"({"query":"[1]"})");
  EXPECT_EQ(object_text(""), R"({"query":""})");
}

}  // namespace
}  // namespace translate
