// Any body: refused with a path, or translated, for every profile, into valid JSON, the same each
// time; and with one more exchange at its end it begins as it did.
#include <array>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "fuzz/expect.h"
#include "protocol/json/text.h"
#include "protocol/responses/request.h"
#include "translate/responses/request.h"

namespace {

using translate::Engine;
using translate::ModelProfile;
using translate::ToolNames;

const std::array profiles{
    ModelProfile{.engine = Engine::vllm, .vision = true},
    ModelProfile{.engine = Engine::vllm, .inline_system = false, .merge_same_role = true},
    ModelProfile{.engine = Engine::llamacpp, .reasoning_history = false, .effort = true}};

std::optional<responses::Request> decoded(const std::string& body) {
  auto request = responses::decode_request(body);
  if (!request) {
    expect(!request.error().message.empty(), "refused without a reason");
    return std::nullopt;
  }
  request->request_class = responses::classify(*request, {});
  return *std::move(request);
}

void check_names(const nlohmann::json& chat, const ToolNames& names) {
  if (!chat.contains("tools")) return;
  expect(!chat["tools"].empty(), "an empty list of tools");
  for (const auto& tool : chat["tools"]) {
    const std::string name = tool["function"]["name"];
    expect(!name.empty() && name.size() <= 64, "a name of a wrong length: " + name);
    expect(names.find(name) != nullptr, "a name that leads nowhere: " + name);
  }
}

void check_results(const nlohmann::json& messages) {
  for (size_t i = 0; i < messages.size(); ++i) {
    expect(messages[i]["role"].is_string() && messages[i].contains("content"), "no message");
    expect(messages[i]["role"] != "tool", "a result without its call");
    if (!messages[i].contains("tool_calls")) continue;
    for (const auto& call : messages[i]["tool_calls"]) {
      expect(i + 1 < messages.size() && messages[i + 1]["role"] == "tool",
             "a call without a result");
      expect(messages[++i]["tool_call_id"] == call["id"], "a result of another call");
      const std::string arguments = call["function"]["arguments"];
      const auto parsed = nlohmann::json::parse(arguments, nullptr, false);
      expect(parsed.is_object() || arguments.find_first_of("eE") != arguments.npos,
             "arguments that are no object: " + arguments);
    }
  }
}

void check_call(const translate::ChatCall& call, const ToolNames& names) {
  const std::string body = "{" + call.prompt + call.options + "}";
  expect(json::is_utf8(body), "the engine's body is not UTF-8");
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  // The other reader takes no number beyond a double.
  expect(parsed.is_object() || body.find_first_of("eE") != body.npos, "no JSON: " + body);
  if (!parsed.is_object()) return;
  expect(parsed["messages"].is_array() && !parsed["messages"].empty(), "no messages: " + body);
  check_results(parsed["messages"]);
  check_names(parsed, names);
  for (const translate::PromptBlock& block : call.blocks)
    expect(block.begin <= block.end && block.end <= call.prompt.size(), "a block is outside");
}

std::string rendered(const translate::ChatCall& call) {
  return call.prompt.substr(0, call.blocks.back().end);
}

// The same history with one more exchange; empty where the body has no array of items, or none that
// a model would be asked to go on from.
std::string longer(const responses::Request& request) {
  if (!request.root["input"].is(json::Kind::array) || request.items.empty()) return {};
  const json::Value last = request.items.back();
  const bool asks =
      last["role"].equals("user") && (!last["type"].given() || last["type"].equals("message"));
  if (!asks) return {};
  std::string items = responses::encode_items(request);
  items.back() = ',';
  return R"({"input":)" + items +
         R"({"type":"reasoning","content":[{"type":"reasoning_text","text":"t"}]},)"
         R"({"type":"function_call","name":"f_new","call_id":"c_new","arguments":"{}"},)"
         R"({"type":"function_call_output","call_id":"c_new","output":"o"}]})";
}

// Of a request that has items only: its options may speak in the first message.
void check_growth(const responses::Request& request, const ModelProfile& profile) {
  const std::string after = longer(request);
  if (after.empty()) return;
  const auto alone = decoded(R"({"input":)" + responses::encode_items(request) + "}");
  const auto grown = decoded(after);
  expect(alone && grown, "the items alone are refused");
  ToolNames names;
  ToolNames other;
  const auto first = to_chat(*alone, profile, names);
  const auto second = to_chat(*grown, profile, other);
  expect(first && second, "the items alone are refused");
  expect(rendered(*second).starts_with(rendered(*first)),
         "the prompt begins anew:\n" + rendered(*first) + "\n" + rendered(*second));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string body(text_of(data, size));
  const auto request = decoded(body);
  const auto again = decoded(body);
  expect(request.has_value() == again.has_value(), "decoding is not stable");
  if (!request) return 0;
  for (const ModelProfile& profile : profiles) {
    ToolNames names;
    ToolNames second_names;
    const auto call = to_chat(*request, profile, names);
    const auto second = to_chat(*again, profile, second_names);
    expect(call.has_value() == second.has_value(), "translation is not stable");
    if (!call) {
      expect(!call.error().message.empty(), "refused without a reason");
      continue;
    }
    expect(call->prompt == second->prompt && call->options == second->options,
           "translation is not stable");
    check_call(*call, names);
    check_growth(*request, profile);
  }
  return 0;
}
