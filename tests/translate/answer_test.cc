// What the golden transcripts do not show: the translator's answers about itself, and orders of
// chunks that no server is known to send.
#include <string>

#include <gtest/gtest.h>

#include "translate/answer_fixture.h"

namespace translate {
namespace {

const std::string id = "chatcmpl-tool-8f14e45fceea167a";

// A stream after these chunks, before its end.
struct Live {
  explicit Live(std::string_view sse, AnswerOptions start = start_with())
      : sink(out), replay(sink, std::move(start)) {
    replay.feed(sse);
  }
  std::string out;
  anthropic::EventSink sink;
  Replay replay;
};

// S12, S25
TEST(AnswerStream, SendsTheStartBeforeAnythingComes) {
  const Live live("");
  const auto frames = read_frames(live.out);
  ASSERT_TRUE(frames && frames->size() == 1);
  const Json& message = (*frames)[0].data["message"];
  EXPECT_EQ(message["id"], "msg_0a1b2c3d");
  EXPECT_EQ(message["model"], "claude-local");
  EXPECT_EQ(message["usage"]["input_tokens"], 7);
  EXPECT_FALSE(live.replay.stream.has_output());
}

TEST(AnswerStream, HoldsNoDeltaBack) {
  Live live(content("a"));
  for (const char* next : {"b", "c d", "\n", " <thi", "é"}) {
    live.out.clear();
    live.replay.feed(content(next));
    EXPECT_TRUE(live.out.contains(Json(next).dump())) << live.out;
  }
  live.replay.feed(named(0, id, "Read"));
  for (const char* next : {"{\"file", "_path\":", "\"/a\"}"}) {
    live.out.clear();
    live.replay.feed(arguments(0, next));
    EXPECT_TRUE(live.out.contains(Json(next).dump())) << live.out;
  }
}

TEST(AnswerStream, SendsACallWhileAnotherOneIsToCome) {
  Live live(named(0, id, "Read", R"({"a":1})"));
  live.out.clear();
  live.replay.feed(named(1, "chatcmpl-tool-c9f0f895fb98ab91", "Grep", R"({"b")"));
  EXPECT_TRUE(live.out.contains("content_block_stop"));
  EXPECT_TRUE(live.out.contains("Grep"));
}

TEST(AnswerStream, KnowsItsOutcome) {
  Live live(content("Hi") + named(0, id, "Read", "{}") + finish("tool_calls") +
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
            "\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n");
  EXPECT_FALSE(live.replay.stream.ended());
  live.replay.feed(done);
  EXPECT_TRUE(live.replay.stream.ended());
  EXPECT_TRUE(live.replay.stream.has_output());
  EXPECT_EQ(live.replay.stream.stop_reason(), "tool_use");
  EXPECT_EQ(live.replay.stream.tool_count(), 1u);
  EXPECT_EQ(live.replay.stream.usage().prompt_tokens, 9);
  EXPECT_EQ(live.replay.stream.usage().cached_tokens, 4);
  EXPECT_EQ(live.replay.stream.usage().completion_tokens, 2);
}

// S18
TEST(AnswerStream, HasNoStopReasonAfterAnError) {
  Live live(content("Hi"));
  live.replay.stream.fail({chat::ErrorKind::server, "gone"});
  EXPECT_TRUE(live.replay.stream.ended());
  EXPECT_EQ(live.replay.stream.stop_reason(), "");
  EXPECT_EQ(GrammarChecker::fault(live.out), std::nullopt);
}

// S18, S22
TEST(AnswerStream, SendsNothingAfterItsEnd) {
  for (const bool fails : {false, true}) {
    Live live(content("Hi") + (fails ? "" : finish("stop")));
    live.replay.stream.finish();
    const std::string sent = live.out;
    live.replay.take(R"({"choices":[{"delta":{"content":"more"},"finish_reason":"stop"}]})");
    live.replay.take(R"({"error":{"message":"late"}})");
    live.replay.stream.finish();
    live.replay.stream.fail({chat::ErrorKind::server, "late"});
    EXPECT_EQ(live.out, sent);
  }
}

// T20
TEST(AnswerStream, TellsThatACallStandsUnparsedInTheText) {
  EXPECT_TRUE(Live(content("<tool_call>{\"name\"")).replay.stream.has_raw_tool_markup());
  EXPECT_TRUE(Live(content("So: <function=Read>")).replay.stream.has_raw_tool_markup());
  EXPECT_TRUE(Live(content("<tool") + content("_call>")).replay.stream.has_raw_tool_markup());
  EXPECT_TRUE(
      Live(chunk(R"({"content":"\u003ctool_call\u003e"})")).replay.stream.has_raw_tool_markup());
  EXPECT_FALSE(Live(content("a tool_call")).replay.stream.has_raw_tool_markup());
  EXPECT_FALSE(
      Live(named(0, id, "Write", R"({"t":"<tool_call>"})")).replay.stream.has_raw_tool_markup());
}

// T08
TEST(AnswerStream, ShowsNoCallWithoutAName) {
  EXPECT_EQ(told(content("Hi") + chunk(R"({"tool_calls":[{"index":0}]})") + finish("stop")),
            "text:Hi | end_turn");
  EXPECT_EQ(told(content("Hi") + arguments(0, "{\"a\":1}") + finish("tool_calls")),
            "text:Hi | end_turn");
}

// T16
TEST(AnswerStream, KeepsTheOrderOfTextThatCameInsideACall) {
  EXPECT_EQ(told(named(0, id, "Read", "{\"a\":") + content("one ") + arguments(0, "1}") +
                 content("two ") + content("three") + finish("stop")),
            R"(tool_use:Read{"a":1} | text:one two three | tool_use)");
}

// S06: nothing of what the model thought is lost.
TEST(AnswerStream, KeepsReasoningThatCameInsideACall) {
  const std::string made = told(named(0, id, "Read", "{\"a\":") + reasoning("Hm.") +
                                arguments(0, "1}") + content("So.") + finish("stop"));
  EXPECT_TRUE(made.contains("thinking:Hm.")) << made;
  EXPECT_TRUE(made.contains(R"(tool_use:Read{"a":1})")) << made;
  EXPECT_TRUE(made.contains("text:So.")) << made;
}

// T06: the calls that wait are sent in order, whole, at the end.
TEST(AnswerStream, SendsAllCallsThoughTheFirstNeverEnds) {
  EXPECT_EQ(
      told(named(0, id, "A", "{\"a\":\"x") + named(1, "chatcmpl-tool-c9f0f895fb98ab91", "B", "{}") +
           named(2, "chatcmpl-tool-45c48cce2e2d7fbd", "C") + finish("tool_calls")),
      R"(tool_use:A{"__unparsedToolInput":{"raw":"{\"a\":\"x","len":7}} | )"
      R"(tool_use:B{} | tool_use:C{} | tool_use)");
}

// T12: a call that the limit cut must not run.
TEST(AnswerStream, RunsNoCallThatTheTokenLimitCut) {
  EXPECT_EQ(told(named(0, id, "Bash", R"({"command":"ls")") + finish("length")),
            R"(tool_use:Bash{"__unparsedToolInput":{"raw":"{\"command\":\"ls\"","len":15}} | )"
            "max_tokens");
  EXPECT_EQ(told(content("Hi") + named(0, id, "TaskList") + finish("length")),
            "text:Hi | max_tokens");
}

TEST(AnswerStream, RunsACallThatWasWholeBeforeTheTokenLimit) {
  EXPECT_EQ(told(named(0, id, "Read", R"({"a":1})") + content("and") + finish("length")),
            R"(tool_use:Read{"a":1} | text:and | max_tokens)");
}

// S18, §1.11
TEST(AnswerStream, TakesOnlyAFinishReasonForAWholeAnswer) {
  EXPECT_EQ(told(content("Hi") + finish("stop")), "text:Hi | end_turn");
  EXPECT_EQ(told(content("Hi") + finish("eos")), "text:Hi | end_turn");
  EXPECT_EQ(told(content("Hi") + finish("length")), "text:Hi | max_tokens");
  EXPECT_EQ(told(content("Hi") + finish("function_call")), "text:Hi | end_turn");
  for (const char* other : {"abort", "error", "cancelled", "whatever"})
    EXPECT_EQ(told(content("Hi") + finish(other)), "error:api_error") << other;
  EXPECT_EQ(told(content("Hi")), "error:api_error");
  EXPECT_EQ(told(""), "error:api_error");
}

TEST(AnswerStream, TakesTheOldFunctionCallForACall) {
  EXPECT_EQ(told(chunk(R"({"function_call":{"name":"Read","arguments":""}})") +
                 chunk(R"({"function_call":{"arguments":"{\"a\":1}"}})") + finish("function_call")),
            R"(tool_use:Read{"a":1} | tool_use)");
}

// S16: a server that escapes may cut a pair of surrogates in two; the client joins the deltas.
TEST(AnswerStream, CarriesHalvesOfASurrogatePair) {
  const std::string sse = chunk(R"({"content":"a\ud83d"})") + chunk(R"({"content":"\ude00b"})");
  const Live live(sse);
  EXPECT_TRUE(live.out.contains(R"("a\ud83d")")) << live.out;
  EXPECT_TRUE(live.out.contains(R"("\ude00b")")) << live.out;
  EXPECT_EQ(message_of(whole(sse + finish("stop")))["content"][0]["text"], "a😀b");
}

// S16
TEST(AnswerStream, SendsOnlyUtf8) {
  for (const char* bytes : {"\xff", "\xc3", "a\xed\xa0\x80z", "\xf0\x9f\x98"}) {
    const std::string made =
        events_of(whole(chunk(std::string(R"({"content":"a)") + bytes + R"("})") + finish("stop")));
    EXPECT_TRUE(json::is_utf8(made));
  }
}

// S04
TEST(AnswerStream, ShowsHiddenReasoningOnlyWhenNothingElseCame) {
  AnswerOptions start = start_with();
  start.thinking_disabled = true;
  EXPECT_EQ(told(reasoning("Hm.") + content("Hi") + finish("stop"), start), "text:Hi | end_turn");
  EXPECT_EQ(told(reasoning("Hm.") + named(0, id, "A", "{}") + finish("stop"), start),
            "tool_use:A{} | tool_use");
  EXPECT_EQ(told(reasoning("Hm.") + content("\n") + finish("stop"), start),
            "text:\nHm. | end_turn");
}

}  // namespace
}  // namespace translate
