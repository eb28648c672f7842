// Messages, reasoning and the items that are neither: case numbers are those of
// docs/responses-mapping.md.
#include <gtest/gtest.h>

#include "protocol/responses/envelope.h"
#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

TEST(ResponsesItems, HaveOneSystemMessageInFront_16_17) {
  const Json made = sent(body(list({developer("base"), message("system", list({text("more")})),
                                    user("hi"), developer("late")}),
                              {{"instructions", "first"}}));
  EXPECT_EQ(roles(made["messages"]), "system user system");
  EXPECT_EQ(made["messages"][0]["content"], "first\n\nbase\n\nmore");
  EXPECT_EQ(made["messages"][2]["content"], "late");
}

TEST(ResponsesItems, KeepALateInstructionInItsPlace_31) {
  const Json items = list({developer("base"), user("hi"), assistant("ho"), developer("late")});
  const Json folded = messages_of(items, merging());
  EXPECT_EQ(roles(folded), "system user assistant user");
  EXPECT_EQ(folded[0]["content"], "base");
  EXPECT_EQ(folded[3]["content"], "<system-reminder>\nlate\n</system-reminder>");
}

TEST(ResponsesItems, TakeOlderClientsInstructions) {
  const Json made = sent(body("hi", {{"instructions", "be \"brief\""}}));
  EXPECT_EQ(made["messages"], list({{{"role", "system"}, {"content", "be \"brief\""}},
                                    {{"role", "user"}, {"content", "hi"}}}));
}

TEST(ResponsesItems, AreOneFormForStringAndPart) {
  EXPECT_EQ(messages_of(list({user("a\"ü\n")})), messages_of(list({user(list({text("a\"ü\n")}))})));
  const Json untyped = {{"role", "user"}, {"content", "a"}};
  EXPECT_EQ(messages_of(list({untyped})), messages_of(list({user("a")})));
  EXPECT_EQ(messages_of(list({user(list({text("a"), text(""), text("b")}))}))[0]["content"],
            "a\n\nb");
}

TEST(ResponsesItems, TakeEmptyContent_23) {
  EXPECT_EQ(messages_of(list({user("")}))[0]["content"], "(no content)");
  EXPECT_EQ(messages_of(list({user(Json::array())}))[0]["content"], "(no content)");
  EXPECT_EQ(roles(messages_of(list({user("a"), assistant(Json::array()), user("b")}))),
            "user user");
  EXPECT_EQ(roles(messages_of(list({user("a"), developer(""), assistant("x"), user("b")}))),
            "user assistant user");
}

TEST(ResponsesItems, ShowImagesToAModelThatSees) {
  const Json items = list({user(list({text("look"), image(), text("well")}))});
  EXPECT_EQ(messages_of(items, seeing())[0]["content"],
            list({{{"type", "text"}, {"text", "look"}},
                  {{"type", "image_url"}, {"image_url", {{"url", "data:image/png;base64,aW1n"}}}},
                  {{"type", "text"}, {"text", "well"}}}));
  EXPECT_EQ(messages_of(items)[0]["content"],
            "look\n\n[image left out: this model cannot see images]\n\nwell");
}

TEST(ResponsesItems, SayWhatIsLeftOut) {
  const Json parts = list({{{"type", "input_image"}, {"file_id", "file_1"}},
                           {{"type", "input_file"}, {"file_id", "file_1"}},
                           {{"type", "input_audio"}, {"audio_url", "http://a"}}});
  EXPECT_EQ(messages_of(list({user(parts)}), seeing())[0]["content"],
            "[image left out: no files are kept on this server]\n\n[input_file left out]\n\n"
            "[input_audio left out]");
  EXPECT_EQ(messages_of(list({user("a"), assistant(list({image()}))}), seeing())[1]["content"],
            "[image left out]");
}

TEST(ResponsesItems, KeepARefusalAsText) {
  const Json refused = list({{{"type", "refusal"}, {"refusal", "No."}}});
  EXPECT_EQ(messages_of(list({user("a"), assistant(refused)}))[1]["content"], "No.");
}

TEST(ResponsesItems, MendHalfCharacters) {
  const std::string made =
      translated(R"({"input":[{"role":"user","content":"a\ud83d"},)"
                 R"({"role":"assistant","content":[{"type":"output_text","text":"\ude00b"}]}]})")
          .call.prompt;
  EXPECT_EQ(made.find("\\ud83d"), std::string::npos);
  EXPECT_EQ(made.find("\\ude00"), std::string::npos);
  const Json invalid = parsed(translated("{\"input\":\"a\xFF\"}").call);
  EXPECT_EQ(invalid["messages"][0]["content"], "a\uFFFD");
}

// 27
TEST(ResponsesReasoning, GoesBackWithItsTurn) {
  const Json items = list({user("a"), thought("hm"), assistant("I look."), call("c1"), output("c1"),
                           thought("now \"b\""), call("c2"), output("c2")});
  const Json vllm = messages_of(items);
  EXPECT_EQ(roles(vllm), "user assistant tool assistant tool");
  EXPECT_EQ(vllm[1]["reasoning"], "hm");
  EXPECT_EQ(vllm[1]["content"], "I look.");
  EXPECT_EQ(vllm[3]["reasoning"], "now \"b\"");
  EXPECT_TRUE(vllm[3]["content"].is_null());
  EXPECT_EQ(messages_of(items, llamacpp())[1]["reasoning_content"], "hm");
  ModelProfile without = plain();
  without.reasoning_history = false;
  EXPECT_FALSE(messages_of(items, without)[1].contains("reasoning"));
}

TEST(ResponsesReasoning, IsReadFromTheEnvelopeWhereItHasNoText_29) {
  Json packed = {{"type", "reasoning"},
                 {"summary", Json::array()},
                 {"content", nullptr},
                 {"encrypted_content", std::string(responses::envelope_mark) + "hm\n"}};
  EXPECT_EQ(messages_of(list({user("a"), packed, assistant("b")}))[1]["reasoning"], "hm\n");
  Json both = thought("said");
  both["encrypted_content"] = packed["encrypted_content"];
  EXPECT_EQ(messages_of(list({user("a"), both, assistant("b")}))[1]["reasoning"], "said");
}

TEST(ResponsesReasoning, OfAnotherServerIsPassedOver_29) {
  const Json foreign = {{"type", "reasoning"},
                        {"summary", list({text("In short.", "summary_text")})},
                        {"encrypted_content", "gAAAAABo"}};
  const Json made = messages_of(list({user("a"), foreign, assistant("b")}));
  EXPECT_EQ(roles(made), "user assistant");
  EXPECT_FALSE(made[1].contains("reasoning"));
  EXPECT_EQ(roles(messages_of(list({user("a"), foreign, user("b")}))), "user user");
}

TEST(ResponsesReasoning, OfSeveralItemsIsJoined) {
  const Json items = list({user("a"), thought("one"), thought("two"), assistant("b")});
  EXPECT_EQ(messages_of(items)[1]["reasoning"], "one\n\ntwo");
}

TEST(ResponsesCompaction, ComesBackAsWords) {
  for (const char* type : {"compaction", "compaction_summary", "context_compaction"}) {
    const Json item = {
        {"type", type},
        {"encrypted_content", std::string(responses::envelope_mark) + "We \"did\"."}};
    const Json made = messages_of(list({developer("base"), item, user("go on")}));
    EXPECT_EQ(roles(made), "system user user");
    EXPECT_EQ(made[1]["content"], "Summary of the conversation before this point:\n\nWe \"did\".");
  }
}

TEST(ResponsesCompaction, OfAnotherServerLeavesANote) {
  const Json item = {{"type", "compaction"}, {"encrypted_content", "gAAAA"}};
  EXPECT_EQ(messages_of(list({item}))[0]["content"],
            "Summary of the conversation before this point:\n\n"
            "[another server's; it cannot be read here]");
}

// 58
TEST(ResponsesCompaction, AsksForASummaryBehindTheSameBeginning) {
  const Json items = list({developer("base"), user("a"), thought("hm"), call("c1"), output("c1")});
  Json asking = items;
  asking.push_back(trigger());
  const Json tools = {{"tools", list({function("exec_command")})}};
  const Translated turn = translated(body(items, tools).dump());
  const Translated summary = translated(body(asking, tools).dump());
  EXPECT_TRUE(
      summary.call.prompt.starts_with(turn.call.prompt.substr(0, turn.call.blocks.back().end)));
  const Json made = parsed(summary.call);
  EXPECT_EQ(roles(made["messages"]), "system user assistant tool user");
  EXPECT_NE(made["messages"][4]["content"].get<std::string>().find("summary"), std::string::npos);
  EXPECT_EQ(made["tool_choice"], "none");
  EXPECT_EQ(made["tools"].size(), 1U);
}

TEST(ResponsesCompaction, IsNotBoundToAFormat) {
  const Json json = {{"text", {{"format", {{"type", "json_object"}}}}}};
  const Json made = sent(body(list({user("a"), trigger()}), json));
  EXPECT_FALSE(made.contains("response_format"));
  EXPECT_EQ(made.dump().find("one JSON object"), std::string::npos);
}

TEST(ResponsesCompaction, IsNeverAnsweredByANotice) {
  const Json hosted = {{"tools", list({{{"type", "web_search"}}})}};
  EXPECT_NE(translated(body(list({user("a")}), hosted).dump()).call.notice, "");
  EXPECT_EQ(translated(body(list({user("a"), trigger()}), hosted).dump()).call.notice, "");
}

TEST(ResponsesItems, OfOtherKindsAreTold) {
  const Json agent = {
      {"type", "agent_message"},
      {"author", "/root"},
      {"recipient", "/root/count"},
      {"content", list({text("Count."),
                        {{"type", "encrypted_content"}, {"encrypted_content", "Them all."}}})}};
  EXPECT_EQ(messages_of(list({agent}))[0]["content"], "Count.\n\nThem all.");
}

TEST(ResponsesItems, OfUnknownKindsAreSkipped_30) {
  const Json made = messages_of(
      list({user("a"),
            {{"type", "configuration_update"}, {"settings", {{"x", 1}}}},
            {{"type", "web_search_call"}, {"status", "completed"}, {"action", {{"query", "q"}}}},
            {{"type", "local_shell_call"}, {"call_id", "c"}, {"action", {{"command", "ls"}}}},
            {{"type", "image_generation_call"}, {"result", "aW1n"}},
            {{"type", "made_up"}},
            assistant("b")}));
  EXPECT_EQ(roles(made), "user assistant");
}

TEST(ResponsesItems, OfUnknownKindsMayStandBeforeTheInstructions_16_17) {
  const Json made = messages_of(list({{{"type", "configuration_update"}, {"settings", {{"x", 1}}}},
                                      developer("a"),
                                      developer("b"),
                                      user("hi")}));
  EXPECT_EQ(roles(made), "system user");
  EXPECT_EQ(made[0]["content"], "a\n\nb");
}

TEST(ResponsesItems, ShowNothingThatOpenAIsServersEncrypted) {
  const Json blob = {{"type", "encrypted_content"}, {"encrypted_content", "gAAAAABfor=="}};
  const Json made = messages_of(
      list({user("a"), {{"type", "agent_message"}, {"content", list({blob})}}, assistant("b")}));
  EXPECT_FALSE(made.dump().contains("gAAAA"));
  EXPECT_TRUE(made.dump().contains("[encrypted by another server]"));
}

TEST(ResponsesItems, OfUnknownKindsDoNotPartATurn) {
  const Json odd = {{"type", "configuration_update"}};
  const Json made =
      messages_of(list({user("a"), thought("hm"), odd, assistant("b"), odd, call("c1"), odd,
                        call("c2"), odd, output("c1"), odd, output("c2")}));
  EXPECT_EQ(roles(made), "user assistant tool tool");
  EXPECT_EQ(made[1]["reasoning"], "hm");
  EXPECT_EQ(made[1]["tool_calls"].size(), 2U);
}

TEST(ResponsesItems, MustSaySomething) {
  EXPECT_EQ(refusal(body(Json::array())), "input: at least one item with content is required");
  EXPECT_EQ(refusal(body(list({{{"type", "made_up"}}}))),
            "input: at least one item with content is required");
  EXPECT_EQ(refusal({{"model", "m"}}), "input: at least one item with content is required");
}

}  // namespace
}  // namespace translate::from_responses
