// Any body: refused with a path, or translated, for every profile, into valid JSON, the same each
// time.
#include <algorithm>
#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "fuzz/expect.h"
#include "protocol/anthropic/request.h"
#include "protocol/json/text.h"
#include "translate/anthropic/request.h"

namespace {

using translate::Engine;
using translate::ModelProfile;

const std::array profiles{
    ModelProfile{.engine = Engine::vllm, .vision = true},
    ModelProfile{.engine = Engine::vllm, .inline_system = false, .merge_same_role = true},
    ModelProfile{.engine = Engine::llamacpp, .reasoning_history = false, .keep_thinking = false},
    ModelProfile{.engine = Engine::unknown,
                 .inline_system = false,
                 .thinking_switch = false,
                 .effort = true,
                 .thinking_budget = true},
};

void check_body(const std::string& body) {
  expect(json::is_utf8(body), "the engine's body is not UTF-8");
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  expect(parsed.is_object() || body.find_first_of("eE") != body.npos, "no JSON: " + body);
  if (!parsed.is_object()) return;
  expect(parsed["messages"].is_array(), "no messages: " + body);
  for (const auto& message : parsed["messages"])
    expect(message["role"].is_string() && message.contains("content"), "no message: " + body);
}

void check_call(const translate::ChatCall& call) {
  check_body("{" + call.prompt + call.options + "}");
  size_t end = 0;
  for (const translate::PromptBlock& block : call.blocks) {
    expect(block.begin <= block.end && block.end <= call.prompt.size(), "a block is outside");
    end = std::max(end, block.end);
  }
  expect(end <= call.prompt.size(), "blocks are longer than the prompt");
}

void check_requests(const std::string& body, anthropic::Endpoint endpoint) {
  const auto request = anthropic::decode_request(body, endpoint);
  const auto again = anthropic::decode_request(body, endpoint);
  expect(request.has_value() == again.has_value(), "decoding is not stable");
  if (!request) {
    expect(!request.error().message.empty(), "refused without a reason");
    return;
  }
  anthropic::classify(*request);
  translate::DocumentTexts documents;
  for (const std::string_view pdf : translate::pdf_documents(*request)) documents[pdf] = "text";
  for (const ModelProfile& profile : profiles) {
    const auto call = translate::to_chat(*request, profile, documents);
    const auto second = translate::to_chat(*again, profile, documents);
    expect(call.has_value() == second.has_value(), "translation is not stable");
    if (!call) {
      expect(!call.error().message.empty(), "refused without a reason");
      continue;
    }
    expect(call->prompt == second->prompt && call->options == second->options,
           "translation is not stable");
    check_call(*call);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string body(text_of(data, size));
  check_requests(body, anthropic::Endpoint::messages);
  check_requests(body, anthropic::Endpoint::count_tokens);
  return 0;
}
