// Requests written as JSON, and what becomes of them.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/anthropic/request.h"
#include "translate/anthropic/request.h"

namespace translate {

// Ordered, so that a test's text and the request's agree.
using Json = nlohmann::ordered_json;

inline ModelProfile vllm() {
  return {.engine = Engine::vllm};
}
inline ModelProfile llamacpp() {
  return {.engine = Engine::llamacpp};
}
inline ModelProfile seeing() {
  return {.engine = Engine::vllm, .vision = true};
}
inline ModelProfile folding() {
  return {.engine = Engine::vllm, .inline_system = false};
}
inline ModelProfile merging() {
  return {.engine = Engine::vllm, .inline_system = false, .merge_same_role = true};
}

// An array, of one element too (braces alone would copy it).
inline Json list(std::initializer_list<Json> items) {
  Json array = Json::array();
  for (const Json& item : items) array.push_back(item);
  return array;
}

// A body with these messages; `more` overrides and adds.
inline Json body(Json messages, const Json& more = Json::object()) {
  Json body = {{"model", "m"}, {"max_tokens", 32000}, {"messages", std::move(messages)}};
  body.update(more);
  return body;
}

inline Json user(Json content) {
  return {{"role", "user"}, {"content", std::move(content)}};
}
inline Json assistant(Json content) {
  return {{"role", "assistant"}, {"content", std::move(content)}};
}
inline Json system(Json content) {
  return {{"role", "system"}, {"content", std::move(content)}};
}
inline Json text(std::string text) {
  return {{"type", "text"}, {"text", std::move(text)}};
}
inline Json thinking(std::string text) {
  return {{"type", "thinking"}, {"thinking", std::move(text)}, {"signature", "s"}};
}
inline Json use(std::string id, Json input = Json::object(), std::string name = "Read") {
  return {{"type", "tool_use"},
          {"id", std::move(id)},
          {"name", std::move(name)},
          {"input", std::move(input)}};
}
inline Json result(std::string id, Json content) {
  return {{"type", "tool_result"}, {"tool_use_id", std::move(id)}, {"content", std::move(content)}};
}
inline Json image(std::string data = "aW1n") {
  return {{"type", "image"},
          {"source", {{"type", "base64"}, {"media_type", "image/png"}, {"data", std::move(data)}}}};
}
inline Json pdf(std::string data = "JVBERg==") {
  return {{"type", "document"},
          {"title", "report.pdf"},
          {"source",
           {{"type", "base64"}, {"media_type", "application/pdf"}, {"data", std::move(data)}}}};
}
inline Json tool(std::string name) {
  return {{"name", std::move(name)},
          {"description", "d"},
          {"input_schema", {{"type", "object"}, {"properties", Json::object()}}}};
}

inline ChatCall call_of(const std::string& body, const ModelProfile& profile = vllm(),
                        const DocumentTexts& documents = {},
                        anthropic::Endpoint endpoint = anthropic::Endpoint::messages) {
  auto request = anthropic::decode_request(body, endpoint);
  if (!request) {
    ADD_FAILURE() << request.error().message;
    return {};
  }
  auto call = to_chat(*request, profile, documents);
  if (!call) {
    ADD_FAILURE() << call.error().message;
    return {};
  }
  return *std::move(call);
}
inline ChatCall call_of(const Json& body, const ModelProfile& profile = vllm(),
                        const DocumentTexts& documents = {}) {
  return call_of(body.dump(), profile, documents);
}

// The whole request that goes to the engine, as it is parsed there.
inline Json sent(const ChatCall& call) {
  const Json parsed = Json::parse("{" + call.prompt + call.options + "}", nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << call.prompt << call.options;
  return parsed;
}
inline Json sent(const Json& body, const ModelProfile& profile = vllm(),
                 const DocumentTexts& documents = {}) {
  return sent(call_of(body, profile, documents));
}
inline Json messages(const Json& body, const ModelProfile& profile = vllm(),
                     const DocumentTexts& documents = {}) {
  return sent(body, profile, documents)["messages"];
}
// "user assistant tool tool user"
inline std::string roles(const Json& messages) {
  std::string roles;
  for (const Json& message : messages)
    roles += (roles.empty() ? "" : " ") + message["role"].get<std::string>();
  return roles;
}

// Why the request is refused, by the decoder or the translator.
inline std::string refusal(const std::string& body) {
  auto request = anthropic::decode_request(body, anthropic::Endpoint::messages);
  if (!request) return request.error().message;
  auto call = to_chat(*request, vllm());
  return call ? "" : call.error().message;
}
inline std::string refusal(const Json& body) {
  return refusal(body.dump());
}

}  // namespace translate
