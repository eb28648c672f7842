#include "translate/tool_calls.h"

#include <string>

#include <gtest/gtest.h>

namespace translate {
namespace {

constexpr std::string_view long_id = "chatcmpl-tool-8f14e45fceea167a";

// A call as it stands after one fragment with these (escaped) arguments.
ToolCall call_with(const std::string& arguments) {
  ToolCall call;
  call.arguments = arguments;
  return call;
}

std::string next_id(ToolCalls& calls, std::string_view upstream_id, int64_t index) {
  calls.add({.index = index, .id = upstream_id, .name = "Read", .arguments = "{}"}, false);
  ToolCall* call = calls.current();
  call->closed = true;
  return call->id;
}

TEST(ToolCalls, KeepsALongLegalId) {
  ToolCalls calls("0a1b");
  EXPECT_EQ(next_id(calls, long_id, 0), long_id);
}

// T18
TEST(ToolCalls, MakesAnIdWhereThereIsNoneOrNotAUniqueOne) {
  ToolCalls calls("toolu_0a1b");
  const std::string first = next_id(calls, long_id, 0);
  const std::string second = next_id(calls, long_id, 1);
  const std::string third = next_id(calls, "", 2);
  const std::string fourth = next_id(calls, "call_0", 3);
  EXPECT_NE(second, first);
  EXPECT_NE(third, second);
  EXPECT_NE(fourth, third);
  for (const std::string& id : {second, third, fourth}) {
    EXPECT_TRUE(id.starts_with("toolu_")) << id;
    EXPECT_LE(id.size(), 64u);
    EXPECT_EQ(
        id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"),
        id.npos);
  }
}

// T18: a client pairs results by id over the whole session.
TEST(ToolCalls, MakesOtherIdsForAnotherMessage) {
  ToolCalls one("0a1b");
  ToolCalls other("ffff");
  EXPECT_NE(next_id(one, "call_0", 0), next_id(other, "call_0", 0));
}

// T18
TEST(ToolCalls, MakesNoIdThatTheServerUsesForAnotherCall) {
  ToolCalls calls("0a1b2c3d0a1b2c3d");
  const std::string made = next_id(calls, "", 0);
  EXPECT_NE(next_id(calls, made, 1), made);
  ToolCalls others("0a1b2c3d0a1b2c3d");
  const std::string theirs = "toolu_0a1b2c3d0a1b2c3d_1";
  EXPECT_EQ(next_id(others, theirs, 0), theirs);
  EXPECT_NE(next_id(others, "", 1), theirs);
}

// T19
TEST(ToolCalls, ReplacesIdsOfOtherCharacters) {
  for (const std::string_view id :
       {"functions.Bash:0-0123456789", "0123456789abcdef 1", "\\u0041bcdef0123456789",
        "\xC3\xA4"
        "bcdef0123456789"}) {
    ToolCalls calls("0a1b");
    EXPECT_NE(next_id(calls, id, 0), id);
  }
}

// T05, T06
TEST(ToolCalls, SortsFragmentsByIndex) {
  ToolCalls calls("0a1b");
  calls.add({.index = 0, .id = long_id, .name = "A", .arguments = "{"}, false);
  calls.add({.index = 1, .id = "chatcmpl-tool-other0000", .name = "B", .arguments = "["}, false);
  EXPECT_TRUE(calls.others_wait());
  calls.add({.index = 0, .id = {}, .name = {}, .arguments = "}"}, false);
  calls.add({.index = 1, .id = {}, .name = {}, .arguments = "]"}, false);
  EXPECT_EQ(calls.count(), 2u);
  EXPECT_EQ(calls.current()->arguments, "{}");
  calls.current()->closed = true;
  EXPECT_EQ(calls.current()->arguments, "[]");
  EXPECT_FALSE(calls.others_wait());
}

// T07
TEST(ToolCalls, BeginsACallWithANewIdOrANewName) {
  ToolCalls by_id("0a1b");
  by_id.add({.index = 0, .id = "a", .name = "Read", .arguments = "{}"}, false);
  by_id.add({.index = 0, .id = "b", .name = "Read", .arguments = "{}"}, false);
  EXPECT_EQ(by_id.count(), 2u);
  ToolCalls by_name("0a1b");
  by_name.add({.index = 0, .id = {}, .name = "Read", .arguments = "{}"}, false);
  by_name.add({.index = 0, .id = {}, .name = "Grep", .arguments = "{}"}, false);
  EXPECT_EQ(by_name.count(), 2u);
}

// T09: a server without indexes and ids that sends each call whole.
TEST(ToolCalls, BeginsACallWhenTheNameComesAgainAfterWholeArguments) {
  ToolCalls calls("0a1b");
  calls.add({.index = {}, .id = {}, .name = "Read", .arguments = R"({\"a\":1})"}, false);
  calls.add({.index = {}, .id = {}, .name = "Read", .arguments = R"({\"a\":2})"}, false);
  EXPECT_EQ(calls.count(), 2u);
}

// T08
TEST(ToolCalls, JoinsANameThatComesInPieces) {
  ToolCalls calls("0a1b");
  calls.add({.index = 0, .id = long_id, .name = "get_", .arguments = {}}, false);
  calls.add({.index = 0, .id = {}, .name = "time", .arguments = {}}, false);
  EXPECT_EQ(calls.count(), 1u);
  EXPECT_EQ(calls.current()->name, "get_time");
}

// T08
TEST(ToolCalls, TakesANameThatIsRepeatedOnce) {
  ToolCalls calls("0a1b");
  for (int i = 0; i < 3; ++i)
    calls.add({.index = 0, .id = long_id, .name = "Read", .arguments = {}}, false);
  EXPECT_EQ(calls.count(), 1u);
  EXPECT_EQ(calls.current()->name, "Read");
}

// T25
TEST(ToolCalls, KeepsOnlyTheFirstWhereOneIsAllowed) {
  ToolCalls calls("0a1b");
  calls.add({.index = 0, .id = "a", .name = "Read", .arguments = "{}"}, true);
  calls.add({.index = 1, .id = "b", .name = "Grep", .arguments = "{"}, true);
  calls.add({.index = 1, .id = {}, .name = {}, .arguments = "}"}, true);
  EXPECT_EQ(calls.count(), 1u);
  EXPECT_EQ(calls.current()->arguments, "{}");
}

// T25 with T07 or T09: what follows a dropped call is its, not the first one's.
TEST(ToolCalls, DropsTheFragmentsOfADroppedCall) {
  for (const std::optional<int64_t> index : {std::optional<int64_t>(0), std::optional<int64_t>()}) {
    ToolCalls calls("0a1b");
    calls.add({.index = index, .id = "a", .name = "Read", .arguments = "{}"}, true);
    calls.add({.index = index, .id = "b", .name = "Grep", .arguments = "{"}, true);
    calls.add({.index = index, .id = {}, .name = {}, .arguments = "}"}, true);
    EXPECT_EQ(calls.count(), 1u);
    EXPECT_EQ(calls.current()->arguments, "{}");
  }
}

TEST(ToolCalls, KnowsWhenArgumentsAreWhole) {
  EXPECT_TRUE(is_complete(call_with("{}")));
  EXPECT_TRUE(is_complete(call_with(R"({\"a\":{\"b\":\"}\"}})")));
  EXPECT_FALSE(is_complete(call_with("")));
  EXPECT_FALSE(is_complete(call_with(R"({\"a\":{})")));
  EXPECT_FALSE(is_complete(call_with(R"({\"a\":\"{}})")));
}

// T12
TEST(ToolCalls, ClosesBracketsWhereThatIsAllThatIsMissing) {
  EXPECT_EQ(closing_brackets(call_with(R"({\"a\":[1,{\"b\":2)")), "}]}");
  EXPECT_EQ(closing_brackets(call_with(R"({\"a\":\"}\\\"]\")")), "}");
  EXPECT_EQ(closing_brackets(call_with("{}")), "");
}

// T12: what is cut must not run as if it were whole.
TEST(ToolCalls, ClosesNothingElse) {
  EXPECT_EQ(closing_brackets(call_with(R"({\"command\":\"rm -rf /)")), "");
  EXPECT_EQ(closing_brackets(call_with(R"({\"a\":)")), "");
  EXPECT_EQ(closing_brackets(call_with(R"({\"a\")")), "");
  EXPECT_EQ(closing_brackets(call_with(R"({\"a\":1,)")), "");
  EXPECT_EQ(closing_brackets(call_with("<arg>")), "");
  EXPECT_EQ(closing_brackets(call_with("}")), "");
}

TEST(ToolCalls, TellJsonThatBreaksOffFromTextThatIsNone) {
  EXPECT_TRUE(breaks_off(call_with(R"({\"a\":\"b)")));
  EXPECT_TRUE(breaks_off(call_with(R"([1)")));
  EXPECT_TRUE(breaks_off(call_with(R"( \n{\"a\":\"b)")));
  EXPECT_TRUE(breaks_off(call_with(R"(\"{\\\"a\\\")")));
  EXPECT_FALSE(breaks_off(call_with(R"({\"a\":1})")));
  EXPECT_FALSE(breaks_off(call_with("")));
  EXPECT_FALSE(breaks_off(call_with(R"(*** Begin Patch\n-int f() {\n+int g() {\n*** End Patch)")));
  EXPECT_FALSE(breaks_off(call_with(R"(a 5\" disk)")));
}

}  // namespace
}  // namespace translate
