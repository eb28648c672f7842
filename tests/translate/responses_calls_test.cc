// Calls and their outputs in the history.
#include <gtest/gtest.h>

#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

std::string arguments_of(const Json& item) {
  const Json made = messages_of(list({user("a"), item}));
  return made[1]["tool_calls"][0]["function"]["arguments"];
}

// 15, 18
TEST(ResponsesCalls, AreFoldedWithTheWordsBetweenCallAndOutput) {
  const Json made = messages_of(
      list({user("a"), assistant("one"), call("c1"), assistant("two"), output("c1"), user("b")}));
  EXPECT_EQ(roles(made), "user assistant tool user");
  EXPECT_EQ(made[1]["content"], "one\n\ntwo");
  EXPECT_EQ(made[1]["tool_calls"][0]["id"], "c1");
  EXPECT_EQ(made[2]["tool_call_id"], "c1");
}

// 19
TEST(ResponsesCalls, InParallelAreOneMessage) {
  const Json made =
      messages_of(list({user("a"), call("c1"), custom_call("c2", "p"), call("c3"),
                        output("c3", "3"), custom_output("c2", "2"), output("c1", "1")}));
  EXPECT_EQ(roles(made), "user assistant tool tool tool");
  ASSERT_EQ(made[1]["tool_calls"].size(), 3U);
  EXPECT_EQ(made[2]["content"], "1");
  EXPECT_EQ(made[3]["content"], "2");
  EXPECT_EQ(made[4]["content"], "3");
}

// 20
TEST(ResponsesCalls, WithoutAnOutputGetAWord) {
  const Json made =
      messages_of(list({user("a"), call("c1"), call("c2"), output("c2"), user("stop")}));
  EXPECT_EQ(roles(made), "user assistant tool tool user");
  EXPECT_EQ(made[2]["content"], "[no result: interrupted]");
  EXPECT_EQ(made[3]["content"], "out");
  EXPECT_EQ(roles(messages_of(list({user("a"), call("c1")}))), "user assistant tool");
}

// 20
TEST(ResponsesOutputs, WithoutACallAreTheUsersWords) {
  const Json made = messages_of(list({user("a"), output("gone", "x"), assistant("b")}));
  EXPECT_EQ(roles(made), "user user assistant");
  EXPECT_EQ(made[1]["content"], "[result of a tool call that is not in the conversation]\n\nx");
  const Json goal = {{"type", "function_call_output"}, {"name", "goal"}, {"output", "Say hello."}};
  EXPECT_EQ(roles(messages_of(list({user("a"), call("c1"), output("c1"), goal}))),
            "user assistant tool user");
}

TEST(ResponsesOutputs, GivenTwiceCountOnce) {
  const Json made =
      messages_of(list({user("a"), call("c1"), output("c1", "1"), output("c1", "2")}));
  EXPECT_EQ(roles(made), "user assistant tool user");
  EXPECT_EQ(made[2]["content"], "1");
}

TEST(ResponsesCalls, WithOneIdAreKeptApart) {
  const Json made =
      messages_of(list({user("a"), call("c", "{}", "x"), call("c", "{}", "y"), call("", "{}", "z"),
                        output("c", "1"), output("c", "2"), output("", "3")}));
  EXPECT_EQ(roles(made), "user assistant tool tool tool");
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(made[i + 2]["tool_call_id"], made[1]["tool_calls"][i]["id"]);
    EXPECT_EQ(made[i + 2]["content"], std::to_string(i + 1));
  }
  EXPECT_NE(made[2]["tool_call_id"], made[3]["tool_call_id"]);
  EXPECT_NE(made[4]["tool_call_id"], "");
}

TEST(ResponsesCalls, OfASearchHaveItsNamesAsOutput_12) {
  const Json found = list({name_space("mcp__n", list({function("add"), function("sub")}))});
  const Json made = messages_of(list({user("a"), search_call("c1"), search_output("c1", found),
                                      search_call("c2"), search_output("c2", Json::array())}));
  EXPECT_EQ(roles(made), "user assistant tool assistant tool");
  EXPECT_EQ(made[1]["tool_calls"][0]["function"]["name"], "tool_search");
  EXPECT_EQ(made[1]["tool_calls"][0]["function"]["arguments"], R"({"query":"q"})");
  EXPECT_EQ(made[2]["content"], "Loaded tools: mcp__n__add, mcp__n__sub");
  EXPECT_EQ(made[4]["content"], "(no tool found)");
}

// 21, 22
TEST(ResponsesCalls, HaveAnObjectForArgumentsWhateverTheModelWrote) {
  EXPECT_EQ(arguments_of(call("c", R"({"cmd": "ls",  "n": 1.50})")), R"({"cmd":"ls","n":1.50})");
  EXPECT_EQ(arguments_of(call("c", "")), "{}");
  EXPECT_EQ(arguments_of(call("c", R"({"cmd": "echo )")), R"({"_raw":"{\"cmd\": \"echo "})");
  for (const char* odd : {"[1]", "7", "null", "\"a\"", "<x>", "{}{}", " "}) {
    const Json made = Json::parse(arguments_of(call("c", odd)), nullptr, false);
    ASSERT_TRUE(made.is_object()) << odd;
    EXPECT_EQ(made["_raw"], odd);
  }
  Json absent = call("c");
  absent.erase("arguments");
  EXPECT_EQ(arguments_of(absent), "{}");
}

TEST(ResponsesCalls, OfAFreeformToolHaveOneArgument) {
  EXPECT_EQ(arguments_of(custom_call("c", "*** Begin \"Patch\"\n")),
            R"({"input":"*** Begin \"Patch\"\n"})");
  EXPECT_EQ(arguments_of(custom_call("c", "")), R"({"input":""})");
}

TEST(ResponsesCalls, AreNamedAsTheToolIsDeclared) {
  Json named = call("c1", "{}", "add");
  named["namespace"] = "mcp__n";
  const Json tools = {{"tools", list({name_space("mcp__n", list({function("add")}))})}};
  const Json items = list({user("a"), named, output("c1")});
  EXPECT_EQ(sent(body(items, tools))["messages"][1]["tool_calls"][0]["function"]["name"],
            "mcp__n__add");
  // And alike when it is not declared this time.
  EXPECT_EQ(messages_of(items)[1]["tool_calls"][0]["function"]["name"], "mcp__n__add");
}

// 25, 26
TEST(ResponsesOutputs, OfPartsAreJoinedAndTheirImagesFollow) {
  const Json items =
      list({user("a"), call("c1"), call("c2"), output("c1", list({text("w"), text("r")})),
            output("c2", list({image(), text("pic"), image("http://x/y.png")})), user("b")});
  const Json seen = messages_of(items, seeing());
  EXPECT_EQ(roles(seen), "user assistant tool tool user user");
  EXPECT_EQ(seen[2]["content"], "w\n\nr");
  EXPECT_EQ(seen[3]["content"],
            "[image 1: in the next message]\n\npic\n\n[image 2: in the next message]");
  ASSERT_EQ(seen[4]["content"].size(), 3U);
  EXPECT_EQ(seen[4]["content"][1]["image_url"]["url"], "data:image/png;base64,aW1n");
  EXPECT_EQ(seen[4]["content"][2]["image_url"]["url"], "http://x/y.png");
  EXPECT_EQ(roles(messages_of(items)), "user assistant tool tool user");
}

TEST(ResponsesOutputs, OfNothingSaySo) {
  const Json items = list({user("a"), call("c1"), call("c2"), call("c3"), output("c1", ""),
                           output("c2", Json::array()), output("c3", nullptr)});
  const Json made = messages_of(items);
  for (size_t i = 2; i < 5; ++i) EXPECT_EQ(made[i]["content"], "(no output)") << i;
}

TEST(ResponsesOutputs, AreFollowedByWhatWasSaidMeanwhile) {
  const Json made = messages_of(
      list({user("a"), call("c1"), developer("wait"), user("and"), output("c1"), assistant("b")}));
  EXPECT_EQ(roles(made), "user assistant tool system user assistant");
}

}  // namespace
}  // namespace translate::from_responses
