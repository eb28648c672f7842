#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "protocol/responses/request.h"

namespace responses {
namespace {

// A body with one more member.
std::string with(const std::string& member) {
  return R"({"input":"hi")" + (member.empty() ? "" : "," + member) + "}";
}
// A body with one more item.
std::string with_item(const std::string& item) {
  return R"({"input":[{"role":"user","content":"hi"},)" + item + "]}";
}
std::string with_tool(const std::string& tool) {
  return with(R"("tools":[)" + tool + "]");
}

std::string fault(const std::string& body) {
  const auto request = decode_request(body);
  if (request) return "";
  EXPECT_EQ(request.error().kind, chat::ErrorKind::invalid_request);
  const std::string& message = request.error().message;
  const bool is_json = !message.starts_with("the body is not JSON");
  EXPECT_EQ(request.error().param, is_json ? message.substr(0, message.find(':')) : "");
  return request.error().message;
}

TEST(DecodeResponses, ReadsWhatARequestSays) {
  const auto request =
      decode_request(R"({"model":"m","stream":true,"tools":[{"type":"made_up"}],)"
                     R"("input":[{"role":"user","content":"hi"},{"type":"reasoning"}]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->model, "m");
  EXPECT_TRUE(request->stream);
  EXPECT_EQ(request->items.size(), 2U);
  EXPECT_EQ(request->tools.size(), 1U);
  EXPECT_FALSE(request->is_compaction());
}

// 34, 65
TEST(DecodeResponses, NeedsNothing) {
  const auto request = decode_request("{}");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->model, "");
  EXPECT_FALSE(request->stream);
  EXPECT_TRUE(request->items.empty());
  EXPECT_FALSE(request->tools);
  EXPECT_FALSE(decode_request(with(R"("tools":null)"))->tools);
}

TEST(DecodeResponses, MakesAMessageOfAText) {
  const auto request = decode_request(R"({"input":"a \"b\" \u00fc"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(encode_items(*request),
            R"([{"type":"message","role":"user","content":"a \"b\" \u00fc"}])");
}

TEST(DecodeResponses, KeepsItsViewsWhenItIsMoved) {
  auto request = decode_request(with_item(R"({"type":"made_up"})"));
  ASSERT_TRUE(request);
  prepend_items(*request, R"([{"type":"earlier"}])");
  const Request moved = *std::move(request);
  EXPECT_EQ(encode_items(moved),
            R"([{"type":"earlier"},{"role":"user","content":"hi"},{"type":"made_up"}])");
}

// 66
TEST(DecodeResponses, TakesBodiesOfManyMegabytes) {
  EXPECT_EQ(fault(with(R"("instructions":")" + std::string(20 << 20, 'x') + '"')), "");
  std::string items = R"({"role":"user","content":"hi"})";
  for (int i = 0; i < 5000; ++i) items += R"(,{"role":"assistant","content":"ho"})";
  EXPECT_EQ(decode_request(with_item(items))->items.size(), 5002U);
}

TEST(DecodeResponses, SaysWhereTheBodyIsNotJson) {
  EXPECT_EQ(fault(""), "the body is not JSON: a value was expected at byte 0");
  EXPECT_EQ(fault(R"({"input")"), "the body is not JSON: ':' was expected at byte 8");
}

TEST(DecodeResponses, NamesThePathOfAFault) {
  const std::pair<std::string, std::string> rows[] = {
      {"[]", "body: an object is required"},
      {R"({"input":5})", "input: a string or an array of items is required"},
      {R"({"input":{}})", "input: a string or an array of items is required"},
      {with(R"("model":5)"), "model: a string is required"},
      {with(R"("stream":1)"), "stream: true or false is required"},
      {with(R"("store":"no")"), "store: true or false is required"},
      {with(R"("instructions":[])"), "instructions: a string is required"},
      {with(R"("previous_response_id":5)"), "previous_response_id: a string is required"},
      {with(R"("parallel_tool_calls":0)"), "parallel_tool_calls: true or false is required"},
      {with(R"("max_output_tokens":"5")"), "max_output_tokens: a number is required"},
      {with(R"("max_output_tokens":0)"),
       "max_output_tokens: a whole number of at least 1 is required"},
      {with(R"("max_output_tokens":1.5)"),
       "max_output_tokens: a whole number of at least 1 is required"},
      {with(R"("temperature":"1")"), "temperature: a number is required"},
      {with(R"("top_p":"1")"), "top_p: a number is required"},
      {with(R"("reasoning":"high")"), "reasoning: an object is required"},
      {with(R"("text":"short")"), "text: an object is required"},
      {with(R"("text":{"format":"json"})"), "text.format: an object is required"},
      {with(R"("text":{"format":{"type":"json_schema"}})"),
       "text.format.schema: an object is required"},
      {with(R"("tool_choice":5)"), "tool_choice: a string or an object is required"},
      {with(R"("tools":{})"), "tools: an array is required"},
      {with_tool("5"), "tools.0: an object is required"},
      {with_tool(R"({"name":"t"})"), "tools.0.type: a string is required"},
      {with_tool(R"({"type":"function"})"), "tools.0.name: a string is required"},
      {with_tool(R"({"type":"custom","name":""})"), "tools.0.name: a name is required"},
      {with_tool(R"({"type":"function","name":"t","parameters":[]})"),
       "tools.0.parameters: an object is required"},
      {with_tool(R"({"type":"namespace","name":"n","tools":[{"type":"function"}]})"),
       "tools.0.tools.0.name: a string is required"},
      {with_item("5"), "input.1: an object is required"},
      {with_item(R"({"type":5})"), "input.1.type: a string is required"},
      {with_item(R"({"type":"message","content":"a"})"), "input.1.role: a string is required"},
      {with_item(R"({"role":"tool","content":"a"})"),
       "input.1.role: 'user', 'assistant', 'system' or 'developer' is required"},
      {with_item(R"({"role":"user","content":5})"),
       "input.1.content: a string or an array of parts is required"},
      {with_item(R"({"role":"user","content":["a"]})"), "input.1.content.0: an object is required"},
      {with_item(R"({"role":"user","content":[{"text":5}]})"),
       "input.1.content.0.text: a string is required"},
      {with_item(R"({"type":"function_call","call_id":"c"})"),
       "input.1.name: a string is required"},
      {with_item(R"({"type":"function_call","name":"f"})"),
       "input.1.call_id: a string is required"},
      {with_item(R"({"type":"function_call","name":"f","call_id":"c","namespace":5})"),
       "input.1.namespace: a string is required"},
      {with_item(R"({"type":"custom_tool_call","name":"f","call_id":"c"})"),
       "input.1.input: a string is required"},
      {with_item(R"({"type":"function_call_output","call_id":5})"),
       "input.1.call_id: a string is required"},
      {with_item(R"({"type":"custom_tool_call_output","call_id":"c","output":5})"),
       "input.1.output: a string or an array of parts is required"},
      {with_item(R"({"type":"tool_search_output","tools":[{"type":"function"}]})"),
       "input.1.tools.0.name: a string is required"},
      {with_item(R"({"type":"additional_tools","tools":5})"),
       "input.1.tools: an array is required"},
  };
  for (const auto& [body, message] : rows) EXPECT_EQ(fault(body), message) << body;
}

TEST(DecodeResponses, PassesOverWhatItDoesNotKnow) {
  EXPECT_EQ(fault(with(R"("foo":[1],"include":5,"client_metadata":7,"metadata":[])")), "");
  EXPECT_EQ(fault(with_item(R"({"type":"of_the_future","role":5,"content":7})")), "");
  EXPECT_EQ(fault(with_item(R"({"role":"user","content":[{"type":"of_the_future","x":5}]})")), "");
  EXPECT_EQ(fault(with_item(R"({"type":"function_call_output","output":"x"})")), "");
  EXPECT_EQ(fault(with_tool(R"({"type":"of_the_future","name":5,"parameters":[]})")), "");
  EXPECT_EQ(fault(with(R"("tool_choice":{"type":"of_the_future"},"reasoning":{"effort":5})")), "");
  EXPECT_EQ(fault(with(R"("temperature":null,"tools":null,"text":null,"tool_choice":null)")), "");
}

TEST(PrependItems, LeavesOutWhatIsNoArray) {
  auto request = decode_request(with(""));
  ASSERT_TRUE(request);
  const std::string before = encode_items(*request);
  prepend_items(*request, "[");
  prepend_items(*request, "[]");
  EXPECT_EQ(encode_items(*request), before);
}

RequestClass class_of(const std::string& metadata) {
  std::string escaped;
  for (const char c : metadata) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
  const auto request =
      decode_request(with(R"("client_metadata":{"x-codex-turn-metadata":")" + escaped + "\"}"));
  EXPECT_TRUE(request) << metadata;
  return request ? classify(*request, {}) : RequestClass::main;
}

TEST(ClassifyResponses, KnowsTheKindsByCodexOwnWords) {
  EXPECT_EQ(class_of(R"({"request_kind":"turn","thread_source":"user"})"), RequestClass::main);
  EXPECT_EQ(class_of(R"({"request_kind":"turn","thread_source":"subagent"})"), RequestClass::agent);
  EXPECT_EQ(class_of(R"({"thread_source":"thread_title"})"), RequestClass::title);
  EXPECT_EQ(class_of(R"({"request_kind":"compaction","thread_source":"subagent"})"),
            RequestClass::compaction);
  for (const char* odd : {"", "{", "5", "[]", R"({"request_kind":5})"})
    EXPECT_EQ(class_of(odd), RequestClass::main) << odd;
  EXPECT_EQ(classify(*decode_request(with(R"("client_metadata":"x")")), {}), RequestClass::main);
}

// 58
TEST(ClassifyResponses, KnowsACompactionByItsLastItem) {
  const auto asked = decode_request(with_item(R"({"type":"compaction_trigger"})"));
  EXPECT_TRUE(asked->is_compaction());
  EXPECT_EQ(classify(*asked, {}), RequestClass::compaction);
  EXPECT_FALSE(
      decode_request(with_item(R"({"type":"compaction_trigger"},{"type":"x"})"))->is_compaction());
}

TEST(ClassifyResponses, ReadsTheHeaderWhereTheBodySaysNothing) {
  const auto request = decode_request(with(""));
  EXPECT_EQ(classify(*request, R"({"request_kind":"compaction"})"), RequestClass::compaction);
  EXPECT_EQ(classify(*request, "{"), RequestClass::main);
  const auto own = decode_request(
      with(R"("client_metadata":{"x-codex-turn-metadata":"{\"thread_source\":\"subagent\"}"})"));
  EXPECT_EQ(classify(*own, R"({"request_kind":"compaction"})"), RequestClass::agent);
}

TEST(ReplaceTools, LeavesOutWhatIsNoJson) {
  auto request = decode_request(with_tool(R"({"type":"made_up"})"));
  replace_tools(*request, "[");
  EXPECT_EQ(request->tools.size(), 1U);
  replace_tools(*request, R"([{"type":"a"},{"type":"b"}])");
  const Request moved = *std::move(request);
  EXPECT_EQ(moved.tools.size(), 2U);
}

TEST(ClassifyResponses, NamesEveryKind) {
  EXPECT_EQ(name(RequestClass::main), "main");
  EXPECT_EQ(name(RequestClass::agent), "agent");
  EXPECT_EQ(name(RequestClass::title), "title");
  EXPECT_EQ(name(RequestClass::compaction), "compaction");
}

}  // namespace
}  // namespace responses
