// Chat Completions answers and what Codex gets of them, case by case.
#include <string>

#include <gtest/gtest.h>

#include "translate/responses_answer_fixture.h"

namespace translate::from_responses {
namespace {

const std::string stop = finish("stop") + done;
const std::string calls = finish("tool_calls") + done;

// 35, 36, 37
TEST(ResponseSink, GivesEachItemItsWholeLife) {
  const std::string sse = reasoning("Hm.") + content("Hi ") + content("you") +
                          named(0, "call_0123456789abcdef", "Read", R"({"a":)") +
                          arguments(0, "1}") + calls;
  const std::string made = events_for(whole(sse));
  EXPECT_EQ(
      event_names(made),
      "created in_progress output_item.added content_part.added reasoning_text.delta "
      "output_item.added "
      "content_part.added output_text.delta output_text.delta output_item.added "
      "function_call_arguments.delta function_call_arguments.delta reasoning_text.done "
      "content_part.done output_item.done output_text.done content_part.done output_item.done "
      "function_call_arguments.done output_item.done completed");
  const Json items = last_response(made)["output"];
  EXPECT_EQ(items[0], Json::parse(R"({"id":"rs_0a1b2c3d_0","type":"reasoning","summary":[],
      "content":[{"type":"reasoning_text","text":"Hm."}],"encrypted_content":"autosre1:Hm.",
      "status":"completed"})"));
  EXPECT_EQ(items[1], Json::parse(R"({"id":"msg_0a1b2c3d_1","type":"message","role":"assistant",
      "content":[{"type":"output_text","text":"Hi you","annotations":[],"logprobs":[]}],
      "status":"completed"})"));
  EXPECT_EQ(items[2], Json::parse(R"({"id":"fc_0a1b2c3d_2","type":"function_call",
      "arguments":"{\"a\":1}","name":"Read","call_id":"call_0123456789abcdef",
      "status":"completed"})"));
}

TEST(ResponseSink, NamesTheResponseAsTheApiDoes) {
  const Json made = last_response(events_for(whole(content("Hi") + stop)));
  EXPECT_EQ(made["id"], "resp_0a1b2c3d");
  EXPECT_EQ(made["created_at"], 1793491200);
  EXPECT_EQ(made["model"], "local");
  EXPECT_EQ(made["tools"], Json::array());
  EXPECT_EQ(made["background"], false);
}

// 29
TEST(ResponseSink, PacksReasoningOnlyForAClientThatKeepsIt) {
  ResponseHead without = head();
  without.encrypted_reasoning = false;
  const std::string sse = reasoning("Hm.") + content("Hi") + stop;
  const Feed feed = whole(sse);
  EXPECT_FALSE(response_for(feed, asked(), without)["output"][0].contains("encrypted_content"));
  EXPECT_EQ(response_for(feed)["output"][0]["encrypted_content"], "autosre1:Hm.");
}

// 7
TEST(ResponseSink, GivesANamespacedToolItsTwoNames) {
  const Json items = items_of(named(0, "", "mcp__n__add", "{}") + calls);
  EXPECT_EQ(items[0]["name"], "add");
  EXPECT_EQ(items[0]["namespace"], "mcp__n");
  EXPECT_EQ(answer_to(named(0, "", "mcp__n__note", R"({"input":"x"})") + calls),
            "custom_tool_call:mcp__n/note<x> | completed");
}

// 14
TEST(ResponseSink, PassesOnWhatWasNeverDeclared) {
  EXPECT_EQ(answer_to(named(0, "", "shell", R"({"cmd":"ls"})") + calls),
            R"(function_call:shell{"cmd":"ls"} | completed)");
  EXPECT_EQ(items_of(named(0, "", R"(a\"\\ü)", "{}") + calls)[0]["name"], R"(a"\ü)");
}

// 8
TEST(ResponseSink, GivesAFreeformToolItsText) {
  const std::string patch = "*** Begin Patch\n*** Add File: \"ä\"\n+\\\n*** End Patch\n";
  const std::string input = Json({{"input", patch}}).dump();
  const std::string sse = named(0, "", "apply_patch") + arguments(0, input.substr(0, 20)) +
                          arguments(0, input.substr(20)) + calls;
  const std::string made = events_for(whole(sse));
  EXPECT_EQ(outline_of(last_response(made)),
            "custom_tool_call:apply_patch<" + patch + "> | completed");
  EXPECT_EQ(deltas(made, "custom_tool_call_input"), patch);
}

TEST(ResponseSink, ShowsAFreeformTextWhileItIsWritten) {
  const std::string input = Json({{"input", "a\"b\n😀\\ü\t."}}).dump(-1, ' ', true);
  std::string sse = named(0, "", "exec");
  for (const char letter : input) sse += arguments(0, std::string(1, letter));
  const std::string made = events_for(whole(sse + calls));
  EXPECT_EQ(deltas(made, "custom_tool_call_input"), "a\"b\n😀\\ü\t.");
  EXPECT_GT(read_events(made)->size(), 12U);
}

TEST(ResponseSink, ShowsAPatchAsItWillBe) {
  const std::string patch = "*** Begin Patch\n+\b/\u00fc\n*** End Patch\n";
  for (const std::string& around : {patch, patch + "```\n", "```\n" + patch + "```"}) {
    std::string sse = named(0, "", "apply_patch");
    for (const char letter : Json({{"input", around}}).dump(-1, ' ', true))
      sse += arguments(0, std::string(1, letter));
    const std::string made = events_for(whole(sse + calls));
    EXPECT_EQ(deltas(made, "custom_tool_call_input"), patch);
    EXPECT_EQ(last_response(made)["output"][0]["input"], patch);
  }
}

// What is no JSON inside must not break the frame around it.
TEST(ResponseSink, ShowsNoFreeformTextThatIsNoJson) {
  for (const std::string broken :
       {"{\"input\":\"a\nb\"}", "{\"input\":\"a\tb\"}", R"({"input":"a\xb"})",
        R"({"input":"ab\xb"})", R"({"input":"a\u12xyz"})", R"({"input":"\ud83d"})",
        R"({"input":"\ud83d\u0041bcdef"})", "{\"input\":\"a\x01\"}"}) {
    for (const size_t step : {size_t{1}, size_t{5}, broken.size()}) {
      std::string sse = named(0, "", "exec");
      for (size_t at = 0; at < broken.size(); at += step)
        sse += arguments(0, broken.substr(at, step));
      EXPECT_TRUE(answer_to(sse + calls).ends_with(" | completed")) << broken;
    }
  }
}

// 12
TEST(ResponseSink, GivesASearchAnObject) {
  EXPECT_EQ(answer_to(named(0, "", "tool_search", R"({"query":"add"})") + calls),
            R"(tool_search_call:{"query":"add"} | completed)");
  EXPECT_EQ(answer_to(named(0, "", "tool_search", "\"add\"") + calls),
            R"(tool_search_call:{"query":"\"add\""} | completed)");
}

TEST(ResponseSink, GivesEachCallAnIdOfItsOwn) {
  const Json items = items_of(named(0, "call_0", "Read", "{}") + named(1, "call_0", "Read", "{}") +
                              named(2, "chatcmpl-tool-8f14e45fceea167a", "Bash", "{}") + calls);
  ASSERT_EQ(items.size(), 3U);
  EXPECT_NE(items[0]["call_id"], items[1]["call_id"]);
  EXPECT_EQ(items[2]["call_id"], "chatcmpl-tool-8f14e45fceea167a");
}

// 44, 52
TEST(ResponseSink, LeavesNothingBehindWhenTheAnswerBreaksOff) {
  const std::string whole_call = named(0, "", "Read", R"({"a":1})");
  for (const std::string& sse : {content("Hi"), reasoning("Hm.") + content("Hi"), whole_call,
                                 content("Hi") + whole_call + done, std::string(),
                                 whole_call + "data: {\"error\":{\"message\":\"out\"}}\n\n"}) {
    const std::string made = events_for(whole(sse));
    EXPECT_EQ(made.find("output_item.done"), std::string::npos) << made;
    EXPECT_TRUE(event_names(made).ends_with(" failed")) << made;
    EXPECT_EQ(last_response(made)["error"]["code"], "server_error");
  }
}

// 22
TEST(ResponseSink, RunsNoCallThatBreaksOffThoughTheServerSaysItIsWhole) {
  EXPECT_EQ(answer_to(named(0, "", "Read", R"({"a":"b)") + calls),
            "failed: the model's tool call is cut off");
  EXPECT_EQ(answer_to(named(0, "", "Read", R"({"a":1)") + calls),
            "failed: the model's tool call is cut off");
}

// 45
TEST(ResponseSink, SaysThatTheLimitCutTheAnswer) {
  const Json made = response_for(whole(content("Hi") + finish("length") + done));
  EXPECT_EQ(outline_of(made), "message:Hi | incomplete");
  EXPECT_EQ(made["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(answer_to(content("Hi") + named(0, "", "Read", R"({"a":1})") +
                      named(1, "", "Read", R"({"a":)") + finish("length") + done),
            "message:Hi | incomplete");
  EXPECT_EQ(answer_to(reasoning("Hm.") + finish("length") + done), "reasoning:Hm. | incomplete");
}

// 46
TEST(ResponseSink, FailsAnAnswerOfNothing) {
  for (const std::string& sse : {std::string(), reasoning("Hm."), content(" \n"), content("")})
    EXPECT_EQ(answer_to(sse + stop), "failed: the model returned an empty answer") << sse;
}

// 49, 50
TEST(ResponseSink, TellsTheUsageWhole) {
  const std::string used =
      R"(data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,)"
      R"("prompt_tokens_details":{"cached_tokens":5},)"
      R"("completion_tokens_details":{"reasoning_tokens":4}}})"
      "\n\n";
  EXPECT_EQ(response_for(whole(content("Hi") + finish("stop") + used + done))["usage"],
            Json::parse(R"({"input_tokens":7,"input_tokens_details":{"cached_tokens":5,
                "cache_write_tokens":0},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},
                "total_tokens":16})"));
  AnswerOptions options = asked();
  options.estimated_prompt = 1000;
  const Json guessed = response_for(whole(content("Hi") + stop), options)["usage"];
  EXPECT_EQ(guessed["input_tokens"], 1000);
  EXPECT_GT(guessed["output_tokens"], 0);
}

TEST(ResponseSink, GivesARefusalAsTextAndNothingOfAFilteredAnswer) {
  EXPECT_EQ(answer_to(chunk(R"({"refusal":"No."})") + stop), "message:No. | completed");
  const Json filtered = response_for(whole(content("Well") + finish("content_filter") + done));
  EXPECT_EQ(outline_of(filtered), "incomplete");
  EXPECT_EQ(filtered["incomplete_details"]["reason"], "content_filter");
}

// 38
TEST(ResponseSink, ReturnsToAnItemByANewOne) {
  EXPECT_EQ(answer_to(reasoning("a") + content("b") + reasoning("c") + content("d") + stop),
            "reasoning:a | message:b | reasoning:c | message:d | completed");
}

TEST(ResponseSink, MendsHalfCharactersInWhatIsKept) {
  const std::string sse = R"(data: {"choices":[{"index":0,"delta":{"content":"a\ud83d",)"
                          R"("reasoning":"b\ude00"}}]})"
                          "\n\n";
  EXPECT_EQ(answer_to(sse + stop), "reasoning:b\uFFFD | message:a\uFFFD | completed");
  const std::string halves = R"(data: {"choices":[{"index":0,"delta":{"content":"a\ud83d"}}]})"
                             "\n\n"
                             R"(data: {"choices":[{"index":0,"delta":{"content":"\ude00b"}}]})"
                             "\n\n";
  EXPECT_EQ(answer_to(halves + stop), "message:a😀b | completed");
  const std::string call =
      R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":)"
      R"({"name":"Read","arguments":"{\"a\":\"\ud83d\"}"}}]}}]})"
      "\n\n";
  EXPECT_EQ(answer_to(call + calls), "function_call:Read{\"a\":\"\uFFFD\"} | completed");
}

// 58, 59
TEST(ResponseSink, MakesASummaryOneItem) {
  const std::string sse = reasoning("Hm.") + content("We \"did\" ") + content("it.") + stop;
  EXPECT_EQ(answer_to(sse, compacting()), "compaction:autosre1:We \"did\" it. | completed");
  EXPECT_EQ(event_names(events_for(whole(sse), asked(), compacting())),
            "created in_progress output_item.added output_item.done completed");
}

// 59
TEST(ResponseSink, FailsASummaryThatIsNotWhole) {
  const std::string fault = "failed: the model wrote no whole summary";
  EXPECT_EQ(answer_to(content("We") + finish("length") + done, compacting()), fault);
  EXPECT_EQ(answer_to(named(0, "", "Read", "{}") + calls, compacting()), fault);
  EXPECT_EQ(answer_to(reasoning("Hm.") + stop, compacting()),
            "failed: the model returned an empty answer");
  EXPECT_TRUE(answer_to(content("We"), compacting()).starts_with("failed: "));
}

// 40
TEST(ResponseSink, PingsWithATypedEvent) {
  std::string out;
  ResponseSink sink(head(), &out);
  sink.ping();
  sink.ping();
  EXPECT_EQ(event_names(out), "created in_progress in_progress");
  Replay replay(sink, asked());
  replay.feed(content("Hi"));
  sink.ping();
  replay.feed(stop);
  EXPECT_FALSE(ResponseGrammar::fault(out)) << *ResponseGrammar::fault(out) << out;
  EXPECT_EQ(event_names(out),
            "created in_progress in_progress output_item.added content_part.added "
            "output_text.delta in_progress output_text.done content_part.done output_item.done "
            "completed");
}

// 11 of the deciding facts, 39
TEST(ResponseSink, FailsInTheWordsOnWhichCodexActs) {
  const auto failed = [](const chat::Error& error) {
    std::string out;
    ResponseSink sink(head(), &out);
    sink.error(error);
    EXPECT_FALSE(ResponseGrammar::fault(out)) << out;
    EXPECT_EQ(event_names(out), "created in_progress failed");
    return last_response(out)["error"];
  };
  using chat::ErrorKind;
  EXPECT_EQ(failed({ErrorKind::context_overflow, "long"})["code"], "context_length_exceeded");
  EXPECT_EQ(failed({ErrorKind::invalid_request, "a \"b\"\n"}),
            Json({{"code", "invalid_prompt"}, {"message", "a \"b\"\n"}}));
  EXPECT_EQ(failed({ErrorKind::overloaded, "busy"})["code"], "server_error");
  EXPECT_EQ(failed({ErrorKind::rate_limit, "slow.", 3}),
            Json({{"code", "rate_limit_exceeded"}, {"message", "slow. Please try again in 3s."}}));
}

}  // namespace
}  // namespace translate::from_responses
