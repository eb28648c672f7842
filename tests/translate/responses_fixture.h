// Requests of the Responses API written as JSON, and what becomes of them.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/responses/request.h"
#include "translate/responses/request.h"

namespace translate::from_responses {

// Ordered, so that a test's text and the request's agree.
using Json = nlohmann::ordered_json;

inline ModelProfile plain() {
  return {.engine = Engine::vllm};
}
inline ModelProfile seeing() {
  return {.engine = Engine::vllm, .vision = true};
}
inline ModelProfile merging() {
  return {.engine = Engine::vllm, .inline_system = false, .merge_same_role = true};
}
inline ModelProfile llamacpp() {
  return {.engine = Engine::llamacpp, .inline_system = false};
}

// An array, of one element too (braces alone would copy it).
inline Json list(std::initializer_list<Json> items) {
  Json array = Json::array();
  for (const Json& item : items) array.push_back(item);
  return array;
}

// A body with these items; `more` overrides and adds.
inline Json body(Json input, const Json& more = Json::object()) {
  Json body = {{"model", "m"}, {"stream", true}, {"input", std::move(input)}};
  body.update(more);
  return body;
}

inline Json message(std::string role, Json content) {
  return {{"type", "message"}, {"role", std::move(role)}, {"content", std::move(content)}};
}
inline Json developer(Json content) {
  return message("developer", std::move(content));
}
inline Json user(Json content) {
  return message("user", std::move(content));
}
inline Json assistant(Json content) {
  return message("assistant", std::move(content));
}
inline Json text(std::string text, std::string type = "input_text") {
  return {{"type", std::move(type)}, {"text", std::move(text)}};
}
inline Json image(std::string url = "data:image/png;base64,aW1n") {
  return {{"type", "input_image"}, {"image_url", std::move(url)}, {"detail", "high"}};
}
inline Json thought(std::string said) {
  return {{"type", "reasoning"},
          {"summary", Json::array()},
          {"content", list({text(std::move(said), "reasoning_text")})},
          {"encrypted_content", nullptr}};
}
inline Json call(std::string id, std::string arguments = "{}", std::string name = "exec_command") {
  return {{"type", "function_call"},
          {"name", std::move(name)},
          {"arguments", std::move(arguments)},
          {"call_id", std::move(id)}};
}
inline Json output(std::string id, Json output = "out") {
  return {
      {"type", "function_call_output"}, {"call_id", std::move(id)}, {"output", std::move(output)}};
}
inline Json custom_call(std::string id, std::string input, std::string name = "apply_patch") {
  return {{"type", "custom_tool_call"},
          {"name", std::move(name)},
          {"input", std::move(input)},
          {"call_id", std::move(id)}};
}
inline Json custom_output(std::string id, Json output = "out") {
  return {{"type", "custom_tool_call_output"},
          {"call_id", std::move(id)},
          {"output", std::move(output)}};
}
// What a search found, with the call that asked for it.
inline Json search_call(std::string id) {
  return {{"type", "tool_search_call"},
          {"call_id", std::move(id)},
          {"execution", "client"},
          {"arguments", {{"query", "q"}}}};
}
inline Json search_output(std::string id, Json tools) {
  return {{"type", "tool_search_output"},
          {"call_id", std::move(id)},
          {"execution", "client"},
          {"tools", std::move(tools)}};
}
inline Json more_tools(Json tools) {
  return {{"type", "additional_tools"}, {"role", "developer"}, {"tools", std::move(tools)}};
}
inline Json trigger() {
  return {{"type", "compaction_trigger"}};
}

inline Json function(std::string name) {
  return {{"type", "function"},
          {"name", std::move(name)},
          {"description", "d"},
          {"strict", false},
          {"parameters", {{"type", "object"}, {"properties", Json::object()}}}};
}
inline Json custom(std::string name) {
  return {{"type", "custom"}, {"name", std::move(name)}, {"description", "d"}};
}
inline Json name_space(std::string name, Json tools) {
  return {{"type", "namespace"}, {"name", std::move(name)}, {"tools", std::move(tools)}};
}
// The metadata by which Codex says what a request is for.
inline Json said_to_be(const std::string& key, const std::string& value) {
  const Json metadata = {{key, value}};
  return {{"client_metadata", {{"x-codex-turn-metadata", metadata.dump()}}}};
}

struct Translated {
  ChatCall call;
  ToolNames names;
};

inline Translated translated(const std::string& body, const ModelProfile& profile = plain()) {
  Translated made;
  const auto request = responses::decode_request(body);
  if (!request) {
    ADD_FAILURE() << request.error().message;
    return made;
  }
  auto call = to_chat(*request, profile, made.names);
  if (call) {
    made.call = *std::move(call);
  } else {
    ADD_FAILURE() << call.error().message;
  }
  return made;
}

// The whole request that goes to the engine, as it is parsed there.
inline Json parsed(const ChatCall& call) {
  const Json made = Json::parse("{" + call.prompt + call.options + "}", nullptr, false);
  EXPECT_FALSE(made.is_discarded()) << call.prompt << call.options;
  return made;
}
inline Json sent(const Json& body, const ModelProfile& profile = plain()) {
  return parsed(translated(body.dump(), profile).call);
}
inline Json messages_of(const Json& items, const ModelProfile& profile = plain()) {
  return sent(body(items), profile)["messages"];
}
// "user assistant tool tool user"
inline std::string roles(const Json& messages) {
  std::string roles;
  for (const Json& message : messages)
    roles += (roles.empty() ? "" : " ") + message["role"].get<std::string>();
  return roles;
}
// The names of the tools that the model sees, in their order.
inline std::string shown(const Json& body) {
  std::string names;
  const Json made = sent(body);
  if (!made.contains("tools")) return "-";
  for (const Json& tool : made["tools"])
    names += (names.empty() ? "" : " ") + tool["function"]["name"].get<std::string>();
  return names;
}

// Why the request is refused, by the decoder or the translator.
inline std::string refusal(const Json& body) {
  const auto request = responses::decode_request(body.dump());
  if (!request) return request.error().message;
  ToolNames names;
  const auto call = to_chat(*request, plain(), names);
  return call ? "" : call.error().message;
}

}  // namespace translate::from_responses
