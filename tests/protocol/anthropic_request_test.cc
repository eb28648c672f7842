#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocol/anthropic/request.h"

namespace anthropic {
namespace {

// A valid body with one more member.
std::string with(const std::string& member) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}])" +
         (member.empty() ? "" : "," + member) + "}";
}

std::string with_message(const std::string& message) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"},)" + message +
         "]}";
}

std::string fault(const std::string& body, Endpoint endpoint = Endpoint::messages) {
  const auto request = decode_request(body, endpoint);
  if (request) return "";
  EXPECT_EQ(request.error().kind, chat::ErrorKind::invalid_request);
  return request.error().message;
}

RequestClass class_of(const std::string& member, Endpoint endpoint = Endpoint::messages) {
  const auto request = decode_request(with(member), endpoint);
  EXPECT_TRUE(request) << member;
  return request ? classify(*request) : RequestClass::main;
}

TEST(DecodeRequest, ReadsWhatARequestSays) {
  const auto request = decode_request(
      R"({"model":"claude-x[1m]","max_tokens":32000,"stream":true,"system":"s","tools":[],)"
      R"("messages":[{"role":"user","content":"hi"}]})",
      Endpoint::messages);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->model, "claude-x[1m]");  // R45: whoever routes may strip it
  EXPECT_EQ(request->max_tokens, 32000);
  EXPECT_TRUE(request->stream);
  EXPECT_TRUE(request->system.equals("s"));
  EXPECT_EQ(request->messages.size(), 1U);
  EXPECT_TRUE(request->tools);
  EXPECT_FALSE(request->counts_only);
}

TEST(DecodeRequest, StreamsOnlyWhenTheBodySaysSo_S27) {
  EXPECT_FALSE(decode_request(with(""), Endpoint::messages)->stream);
  EXPECT_FALSE(decode_request(with(R"("stream":false)"), Endpoint::messages)->stream);
  EXPECT_TRUE(decode_request(with(R"("stream":true)"), Endpoint::messages)->stream);
}

TEST(DecodeRequest, KeepsItsViewsWhenItIsMoved) {
  auto request = decode_request(with(R"("system":"s")"), Endpoint::messages);
  ASSERT_TRUE(request);
  const Request moved = *std::move(request);
  EXPECT_EQ(moved.system.string(), "s");
  EXPECT_EQ(moved.messages.raw(), R"([{"role":"user","content":"hi"}])");
}

TEST(DecodeRequest, NeedsMaxTokensOnlyToAnswer) {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
  EXPECT_EQ(fault(body), "max_tokens: a whole number of at least 0 is required");
  const auto request = decode_request(body, Endpoint::count_tokens);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->counts_only);
}

TEST(DecodeRequest, TakesBodiesOfManyMegabytes_R41) {
  const std::string body = with(R"("system":")" + std::string(20 << 20, 'x') + '"');
  ASSERT_TRUE(decode_request(body, Endpoint::messages));
}

TEST(DecodeRequest, SaysWhereTheBodyIsNotJson) {
  EXPECT_EQ(fault(""), "the body is not JSON: a value was expected at byte 0");
  EXPECT_EQ(fault(R"({"model")"), "the body is not JSON: ':' was expected at byte 8");
  const std::string deep = with(R"("foo":)" + std::string(300, '['));
  EXPECT_EQ(fault(deep), "the body is not JSON: nested too deeply at byte 277");
}

TEST(DecodeRequest, NamesThePathOfAFault) {
  const std::pair<std::string, std::string> rows[] = {
      {"[]", "body: an object is required"},
      {R"({"messages":[]})", "model: a string is required"},
      {R"({"model":"","messages":[]})", "model: a model's name is required"},
      {R"({"model":"m","max_tokens":5})", "messages: an array is required"},
      {R"({"model":"m","max_tokens":5,"messages":[]})",
       "messages: at least one message is required"},
      {with(R"("max_tokens":-1)"), "max_tokens: a whole number of at least 0 is required"},
      {with(R"("max_tokens":1.5)"), "max_tokens: a whole number of at least 0 is required"},
      {with(R"("max_tokens":1e400)"), "max_tokens: a whole number of at least 0 is required"},
      {with(R"("max_tokens":"5")"), "max_tokens: a whole number of at least 0 is required"},
      {with(R"("stream":1)"), "stream: true or false is required"},
      {with(R"("system":5)"), "system: a string or an array of text blocks is required"},
      {with(R"("system":[{"type":"text"}])"), "system.0.text: a string is required"},
      {with(R"("temperature":"1")"), "temperature: a number is required"},
      {with(R"("stop_sequences":["a",5])"), "stop_sequences.1: a string is required"},
      {with(R"("thinking":"on")"), "thinking: an object is required"},
      {with(R"("thinking":{"type":"enabled","budget_tokens":"9"})"),
       "thinking.budget_tokens: a number is required"},
      {with(R"("tools":{})"), "tools: an array is required"},
      {with(R"("tools":[5])"), "tools.0: an object is required"},
      {with(R"("tools":[{"name":"t"},{}])"), "tools.1.name: a string is required"},
      {with(R"("tools":[{"name":"t","input_schema":[]}])"),
       "tools.0.input_schema: an object is required"},
      {with(R"("tool_choice":{"type":"tool"})"), "tool_choice.name: a string is required"},
      {with(R"("output_config":[])"), "output_config: an object is required"},
      {with(R"("output_config":{"format":{"type":"json_schema"}})"),
       "output_config.format.schema: an object is required"},
      {with_message("5"), "messages.1: an object is required"},
      {with_message(R"({"role":"tool"})"),
       "messages.1.role: 'user', 'assistant' or 'system' is required"},
      {with_message(R"({"role":"user","content":5})"),
       "messages.1.content: a string or an array of blocks is required"},
      {with_message(R"({"role":"user","content":["a"]})"),
       "messages.1.content.0: an object is required"},
      {with_message(R"({"role":"user","content":[{"text":"a"}]})"),
       "messages.1.content.0.type: a string is required"},
      {with_message(R"({"role":"user","content":[{"type":"text","text":5}]})"),
       "messages.1.content.0.text: a string is required"},
      {with_message(
           R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"n","input":"x"}]})"),
       "messages.1.content.0.input: an object is required"},
      {with_message(
           R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image"}]}]})"),
       "messages.1.content.0.content.0.source: an object is required"},
      {with_message(R"({"role":"user","content":[{"type":"image","source":{"type":"base64"}}]})"),
       "messages.1.content.0.source.data: a string is required"},
  };
  for (const auto& [body, message] : rows) EXPECT_EQ(fault(body), message) << body;
}

TEST(DecodeRequest, PassesOverWhatItDoesNotKnow_R26_R27_R28) {
  EXPECT_EQ(fault(with(R"("foo":[1],"safeguards":5,"metadata":{"user_id":5})")), "");
  EXPECT_EQ(
      fault(with_message(R"({"role":"system","content":"s","output_config":{"effort":"low"}})")),
      "");
  EXPECT_EQ(fault(with_message(R"({"role":"user","content":[{"type":"of_the_future","text":5}]})")),
            "");
  EXPECT_EQ(
      fault(with(R"("tools":[{"type":"of_the_future"}],"tool_choice":{"type":"of_the_future"})")),
      "");
  EXPECT_EQ(fault(with_message(R"({"role":"assistant"})")), "");
}

TEST(Classify, KnowsTheKindsByTheirStructure) {
  const std::string format = R"("output_config":{"format":{"type":"json_schema","schema":{}}})";
  const std::string off = R"("thinking":{"type":"disabled"})";
  const std::string tool = R"("tools":[{"name":"web_search","input_schema":{}}])";
  EXPECT_EQ(class_of(""), RequestClass::main);
  EXPECT_EQ(class_of(tool), RequestClass::main);
  EXPECT_EQ(class_of("", Endpoint::count_tokens), RequestClass::count);
  EXPECT_EQ(class_of(R"("stream":true,"tools":[],)" + format), RequestClass::title);
  EXPECT_EQ(class_of(tool + "," + format), RequestClass::main);
  EXPECT_EQ(class_of(off), RequestClass::classifier);
  EXPECT_EQ(class_of(R"("stream":true,)" + off), RequestClass::main);
  EXPECT_EQ(class_of(R"("tools":[{"type":"web_search_20250305","name":"web_search"}])"),
            RequestClass::web_search);
  EXPECT_EQ(class_of(R"("max_tokens":1)"), RequestClass::probe);
  EXPECT_EQ(class_of(R"("max_tokens":0)"), RequestClass::probe);
}

TEST(Classify, NamesEveryKind) {
  EXPECT_EQ(name(RequestClass::main), "main");
  EXPECT_EQ(name(RequestClass::agent), "agent");
  EXPECT_EQ(name(RequestClass::title), "title");
  EXPECT_EQ(name(RequestClass::classifier), "classifier");
  EXPECT_EQ(name(RequestClass::web_search), "web_search");
  EXPECT_EQ(name(RequestClass::count), "count");
  EXPECT_EQ(name(RequestClass::probe), "probe");
}

}  // namespace
}  // namespace anthropic
