// Turns, roles, calls and their results. Rnn are the case numbers of docs/anthropic-mapping.md.
#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

Json a_call_with_results(Json blocks) {
  return body(list({user("go"), assistant(list({use("a"), use("b")})), user(std::move(blocks))}));
}

TEST(ToChat, TakesASystemMessageAmongTheMessages_R01) {
  EXPECT_EQ(roles(messages(body(list({user("hi"), system("now"), assistant("yes"), user("go")})))),
            "user system assistant user");
}

TEST(ToChat, KeepsASystemMessageInPlace_R02) {
  const Json sent = messages(body(list({user("hi"), system("now")}), {{"system", "first"}}));
  EXPECT_EQ(sent[0]["content"], "first");
  EXPECT_EQ(sent[2], system("now"));
}

TEST(ToChat, LosesNoSystemMessage_R03) {
  for (const ModelProfile& profile : {vllm(), folding(), merging()})
    EXPECT_NE(call_of(body(list({user("hi"), system("MARKER")})), profile).prompt.find("MARKER"),
              std::string::npos);
}

TEST(ToChat, FoldsASystemMessageWhereTheTemplateWantsNoneInside_R04) {
  const Json sent = messages(
      body(list({user("hi"), system("now"), assistant("yes"), user("go")}), {{"system", "first"}}),
      folding());
  EXPECT_EQ(roles(sent), "system user assistant user");
  EXPECT_EQ(sent[1]["content"], "hi\n\n<system-reminder>\nnow\n</system-reminder>");
  EXPECT_EQ(sent[3]["content"], "go");
}

TEST(ToChat, FoldsIntoTheUserMessageOnEitherSide_R04) {
  const Json sent =
      messages(body(list({user("a"), system("now"), user("b"), user("c")})), folding());
  EXPECT_EQ(roles(sent), "user user");
  EXPECT_EQ(sent[0]["content"], "a\n\n<system-reminder>\nnow\n</system-reminder>\n\nb");
}

TEST(ToChat, DoesNotWrapAReminderTwice) {
  const Json sent =
      messages(body(list({user("hi"), system("<system-reminder>x</system-reminder>")})), folding());
  EXPECT_EQ(sent[0]["content"], "hi\n\n<system-reminder>x</system-reminder>");
}

TEST(ToChat, LeavesALeadingSystemMessageASystemMessageEvenWhenFolding) {
  EXPECT_EQ(roles(messages(body(list({system("first"), user("hi"), system("now")})), folding())),
            "system user");
}

TEST(ToChat, PutsNothingBetweenACallAndItsResult_R05) {
  const Json history =
      body(list({user("go"), assistant(list({use("a")})), system("now"),
                 user(list({result("a", "1")})), system("then"), assistant("done")}));
  EXPECT_EQ(roles(messages(history)), "user assistant tool system system assistant");
  const Json folded = messages(history, folding());
  EXPECT_EQ(roles(folded), "user assistant tool user assistant");
  EXPECT_EQ(
      folded[3]["content"],
      "<system-reminder>\nnow\n</system-reminder>\n\n<system-reminder>\nthen\n</system-reminder>");
}

TEST(ToChat, KeepsTextBesideAResultAndPutsItBehind_R06_R07) {
  const Json behind = messages(body(
      list({user("go"), assistant(list({use("a")})), user(list({result("a", "1"), text("t")}))})));
  const Json before = messages(body(
      list({user("go"), assistant(list({use("a")})), user(list({text("t"), result("a", "1")}))})));
  EXPECT_EQ(roles(behind), "user assistant tool user");
  EXPECT_EQ(behind[3]["content"], "t");
  EXPECT_EQ(before, behind);
}

TEST(ToChat, PutsResultsInTheOrderOfTheCalls_R08) {
  const Json sent = messages(a_call_with_results(list({result("b", "2"), result("a", "1")})));
  EXPECT_EQ(sent[2], (Json{{"role", "tool"}, {"tool_call_id", "a"}, {"content", "1"}}));
  EXPECT_EQ(sent[3], (Json{{"role", "tool"}, {"tool_call_id", "b"}, {"content", "2"}}));
}

TEST(ToChat, FindsResultsInSeveralUserMessages_R08) {
  const Json sent = messages(
      body(list({user("go"), assistant(list({use("a"), use("b")})), user(list({result("b", "2")})),
                 user(list({result("a", "1"), text("t")}))})));
  EXPECT_EQ(roles(sent), "user assistant tool tool user");
  EXPECT_EQ(sent[2]["content"], "1");
}

TEST(ToChat, SaysThatAResultIsAnError_R17) {
  Json failed = result("a", "no such file");
  failed["is_error"] = true;
  Json told = result("b", "<tool_use_error>Error: bad</tool_use_error>");
  told["is_error"] = true;
  const Json sent = messages(a_call_with_results(list({failed, told})));
  EXPECT_EQ(sent[2]["content"], "Error: no such file");
  EXPECT_EQ(sent[3]["content"], "<tool_use_error>Error: bad</tool_use_error>");
}

TEST(ToChat, MakesAMessageOfAnEmptyResult_R18) {
  Json missing = {{"type", "tool_result"}, {"tool_use_id", "a"}};
  for (const Json& empty :
       {result("a", ""), result("a", Json::array()), result("a", nullptr), missing}) {
    const Json sent =
        messages(body(list({user("go"), assistant(list({use("a")})), user(list({empty}))})));
    ASSERT_EQ(roles(sent), "user assistant tool") << empty;
    EXPECT_EQ(sent[2]["content"], "(no output)");
  }
}

TEST(ToChat, TurnsAResultWithoutItsCallIntoUserText_R19) {
  const Json sent = messages(
      body(list({user(list({result("gone", "old"), text("t")})), assistant("yes"), user("go")})));
  EXPECT_EQ(roles(sent), "user assistant user");
  EXPECT_EQ(sent[0]["content"],
            "[result of a tool call that is not in the conversation]\n\nold\n\nt");
}

TEST(ToChat, AnswersACallThatHasNoResult_R20) {
  const Json sent =
      messages(body(list({user("go"), assistant(list({use("a"), use("b")})),
                          user(list({result("b", "2"), text("[Request interrupted by user]")}))})));
  EXPECT_EQ(roles(sent), "user assistant tool tool user");
  EXPECT_EQ(sent[2]["content"], "[no result: interrupted]");
  EXPECT_EQ(sent[3]["content"], "2");
}

// No engine continues a message that ends in calls.
TEST(ToChat, AnswersTheCallsOfATrailingTurnToo_R20) {
  const Json request = sent(body(list({user("go"), assistant(list({use("a")}))})));
  EXPECT_EQ(roles(request["messages"]), "user assistant tool");
  EXPECT_FALSE(request.contains("continue_final_message"));
}

TEST(ToChat, TakesALateResultForAnOrphanSoThatHistoryStaysAsItWas_R20) {
  const Json sent = messages(body(list({user("go"), assistant(list({use("a")})), user("stop"),
                                        assistant("ok"), user(list({result("a", "late")}))})));
  EXPECT_EQ(roles(sent), "user assistant tool user assistant user");
  EXPECT_EQ(sent[2]["content"], "[no result: interrupted]");
}

TEST(ToChat, MergesResultsOfOneCall_R10) {
  const Json sent =
      messages(body(list({user("go"), assistant(list({use("a")})),
                          user(list({result("a", "1"), result("a", "1"), result("a", "2")}))})));
  ASSERT_EQ(roles(sent), "user assistant tool");
  EXPECT_EQ(sent[2]["content"], "1\n\n2");
}

TEST(ToChat, PairsCallsThatShareAnIdInOrder) {
  const Json sent = messages(body({user("go"), assistant(list({use("a"), use("a")})),
                                   user(list({result("a", "1"), result("a", "2")}))}));
  ASSERT_EQ(roles(sent), "user assistant tool tool");
  EXPECT_EQ(sent[2]["content"], "1");
  EXPECT_EQ(sent[3]["content"], "2");
}

TEST(ToChat, PairsAnIdThatComesAgainInALaterTurn_T18) {
  const Json sent = messages(
      body(list({user("go"), assistant(list({use("call_0")})), user(list({result("call_0", "1")})),
                 assistant(list({use("call_0")})), user(list({result("call_0", "2")}))})));
  EXPECT_EQ(roles(sent), "user assistant tool assistant tool");
  EXPECT_EQ(sent[2]["content"], "1");
  EXPECT_EQ(sent[4]["content"], "2");
}

TEST(ToChat, GivesACallWithoutTextNullContent_R21) {
  const Json sent = messages(
      body(list({user("go"), assistant(list({use("a")})), user(list({result("a", "1")}))})));
  EXPECT_TRUE(sent[1]["content"].is_null());
}

TEST(ToChat, KeepsAlternationWhereContentIsEmpty_R22) {
  for (const Json& nothing : {Json(""), Json::array(), Json(nullptr), list({text("")})}) {
    const Json sent = messages(
        body(list({user("go"), assistant("a"), user(nothing), assistant("b"), user("c")})));
    EXPECT_EQ(roles(sent), "user assistant user assistant user") << nothing;
    EXPECT_EQ(sent[2]["content"], "(no content)");
    EXPECT_EQ(roles(messages(body(list({user("go"), assistant(nothing), user("c")})))),
              "user user");
  }
}

TEST(ToChat, RefusesARequestInWhichNobodySaysAnything_R22) {
  EXPECT_EQ(refusal(body(list({assistant("")}))),
            "messages: at least one message with content is required");
}

TEST(ToChat, MergesNeighboursForStrictTemplates_R23) {
  const Json history = body(list(
      {user("a"), user(list({text("b"), image()})), assistant("c"), assistant("d"), user("e")}));
  EXPECT_EQ(roles(messages(history)), "user user assistant user");
  const Json sent = messages(history, merging());
  EXPECT_EQ(roles(sent), "user assistant user");
  EXPECT_EQ(sent[0]["content"], "a\n\nb\n\n[image left out: this model cannot see images]");
  EXPECT_EQ(sent[1]["content"], "c\n\nd");
}

TEST(ToChat, MakesOneTurnOfACallThatWasSplitFromItsText_R23) {
  const Json sent = messages(
      body(list({user("go"), assistant("I read"), assistant(list({use("a")})),
                 assistant(list({use("b")})), user(list({result("a", "1"), result("b", "2")}))})));
  EXPECT_EQ(roles(sent), "user assistant tool tool");
  EXPECT_EQ(sent[1]["content"], "I read");
  EXPECT_EQ(sent[1]["tool_calls"].size(), 2U);
}

TEST(ToChat, IgnoresKeysOfAMessageThatItDoesNotKnow_R28) {
  Json tuned = system("now");
  tuned["output_config"] = {{"effort", "low"}};
  EXPECT_EQ(messages(body(list({user("hi"), tuned})))[1], system("now"));
}

TEST(ToChat, JoinsTextBlocksWithOneSeparator_R47) {
  EXPECT_EQ(messages(body(list({user(list({text("# A"), text(""), text("# B")}))})))[0]["content"],
            "# A\n\n# B");
}

TEST(ToChat, GivesThinkingBackInTheFieldOfTheEngine_R25_R48_R49) {
  const Json history = body({user("go"), assistant(list({thinking("hm"), text("t"), use("a")})),
                             user(list({result("a", "1")}))});
  EXPECT_EQ(messages(history)[1]["reasoning"], "hm");
  EXPECT_EQ(messages(history)[1]["content"], "t");
  EXPECT_EQ(messages(history, llamacpp())[1]["reasoning_content"], "hm");
  const Json without = messages(history, {.engine = Engine::vllm, .reasoning_history = false});
  EXPECT_EQ(without[1].dump().find("hm"), std::string::npos);
}

TEST(ToChat, JoinsTheThinkingOfATurnInOrder_R46) {
  Json redacted = {{"type", "redacted_thinking"}, {"data", "x"}};
  const Json sent = messages(
      body({user("go"),
            assistant(list({thinking("one"), use("a"), redacted, thinking("two"), thinking("")})),
            user(list({result("a", "1")}))}));
  EXPECT_EQ(sent[1]["reasoning"], "one\n\ntwo");
}

TEST(ToChat, KeepsAThoughtWithoutWords) {
  const Json sent =
      messages(body(list({user("go"), assistant(list({thinking("hm")})), user("on")})));
  EXPECT_EQ(sent[1], (Json{{"role", "assistant"}, {"content", ""}, {"reasoning", "hm"}}));
}

}  // namespace
}  // namespace translate
