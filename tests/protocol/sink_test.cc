#include "protocol/anthropic/sink.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/anthropic/error.h"

namespace anthropic {
namespace {

using chat::BlockType;
using chat::ErrorKind;
using chat::Sink;

using Json = nlohmann::json;

void write_answer(Sink& sink) {
  sink.start({.id = "msg_1", .model = "claude \"local\"", .input_tokens = 7});
  sink.block_start(0, BlockType::reasoning, {}, {});
  sink.delta("Hm.\\n");
  sink.block_stop();
  sink.block_start(1, BlockType::text, {}, {});
  sink.delta("Say ");
  sink.delta("\\\"hi\\\"");
  sink.block_stop();
  sink.block_start(2, BlockType::tool_call, "toolu_1", "Read");
  sink.delta("{\\\"a\\\": ");
  sink.delta("1}");
  sink.block_stop();
  sink.end("tool_use", {}, {.prompt_tokens = 7, .completion_tokens = 9, .cached_tokens = 5});
}

TEST(EventSink, WritesFramesThatAClientReads) {
  std::string out;
  EventSink sink(out);
  write_answer(sink);
  EXPECT_EQ(out, R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude \"local\"","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm.\n"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"autosre-local"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Say "}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"\"hi\""}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"Read","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\": "}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":5,"output_tokens":9}}

event: message_stop
data: {"type":"message_stop"}

)");
}

// E12
TEST(EventSink, WrapsAnErrorAsTheApiDoes) {
  std::string out;
  EventSink sink(out);
  sink.error({ErrorKind::overloaded, "say \"no\"\n"});
  EXPECT_EQ(out,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            "\"message\":\"say \\\"no\\\"\\n\"}}\n\n");
}

TEST(MessageSink, CollectsTheSameAnswer) {
  MessageSink sink;
  write_answer(sink);
  EXPECT_EQ(sink.failure(), nullptr);
  EXPECT_EQ(Json::parse(sink.body()), Json::parse(R"({
    "id":"msg_1","type":"message","role":"assistant","model":"claude \"local\"",
    "content":[{"type":"thinking","thinking":"Hm.\n","signature":"autosre-local"},
               {"type":"text","text":"Say \"hi\""},
               {"type":"tool_use","id":"toolu_1","name":"Read","input":{"a":1}}],
    "stop_reason":"tool_use","stop_sequence":null,
    "usage":{"input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":5,
             "output_tokens":9}})"));
}

Json input_of(const std::string& escaped) {
  MessageSink sink;
  sink.start({.id = "msg_1", .model = "m"});
  sink.block_start(0, BlockType::tool_call, "toolu_1", "Read");
  if (!escaped.empty()) sink.delta(escaped);
  sink.block_stop();
  sink.end("tool_use", {}, {});
  const Json message = Json::parse(sink.body(), nullptr, false);
  EXPECT_FALSE(message.is_discarded()) << sink.body();
  return message.is_object() ? message["content"][0]["input"] : Json();
}

// T10, T12
TEST(MessageSink, GivesEveryCallAnObjectForItsInput) {
  EXPECT_EQ(input_of(""), Json::object());
  EXPECT_EQ(input_of("{}"), Json::object());
  for (const char* broken : {"{\\\"a\\\":", "[1]", "7", "null", "\\\"a\\\"", "<x>", "{}{}", " "}) {
    const Json input = input_of(broken);
    ASSERT_TRUE(input.is_object()) << broken;
    ASSERT_TRUE(input.contains("__unparsedToolInput")) << broken;
    EXPECT_TRUE(input["__unparsedToolInput"]["raw"].is_string());
    EXPECT_EQ(input["__unparsedToolInput"]["len"],
              input["__unparsedToolInput"]["raw"].get<std::string>().size());
  }
}

TEST(MessageSink, EscapesInsideInputsOnce) {
  EXPECT_EQ(input_of(R"({\"a\":\"x\\\"y\\n\\u00e9\"})"), Json({{"a", "x\"y\né"}}));
}

TEST(MessageSink, SaysTheStopSequence) {
  MessageSink sink;
  sink.start({.id = "msg_1", .model = "m"});
  sink.end("stop_sequence", "\\n</q>", {});
  EXPECT_EQ(Json::parse(sink.body())["stop_sequence"], "\n</q>");
}

TEST(MessageSink, KeepsTheFailure) {
  MessageSink sink;
  sink.start({.id = "msg_1", .model = "m"});
  sink.block_start(0, BlockType::text, {}, {});
  sink.delta("half");
  sink.error({ErrorKind::server, "gone", 3});
  ASSERT_NE(sink.failure(), nullptr);
  EXPECT_EQ(sink.failure()->message, "gone");
  EXPECT_EQ(sink.failure()->retry_after, 3);
}

TEST(Ping, IsAWholeEvent) {
  EXPECT_EQ(ping_event, "event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

TEST(ErrorBody, HasTheApisShape) {
  const Json body = Json::parse(encode_error({ErrorKind::not_found, "a \"b\""}, "req_1"));
  EXPECT_EQ(body, Json::parse(R"({"type":"error","error":{"type":"not_found_error",
                                  "message":"a \"b\""},"request_id":"req_1"})"));
}

TEST(ErrorStatus, BelongsToItsType) {
  EXPECT_EQ(http_status(ErrorKind::invalid_request), 400);
  EXPECT_EQ(http_status(ErrorKind::authentication), 401);
  EXPECT_EQ(http_status(ErrorKind::permission), 403);
  EXPECT_EQ(http_status(ErrorKind::not_found), 404);
  EXPECT_EQ(http_status(ErrorKind::too_large), 413);
  EXPECT_EQ(http_status(ErrorKind::rate_limit), 429);
  EXPECT_EQ(http_status(ErrorKind::server), 500);
  EXPECT_EQ(http_status(ErrorKind::overloaded), 529);
}

}  // namespace
}  // namespace anthropic
