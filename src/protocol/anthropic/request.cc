#include "protocol/anthropic/request.h"

#include <utility>

#include "protocol/anthropic/shape.h"
#include "protocol/json/text.h"

namespace anthropic {
namespace {

std::unexpected<chat::Error> refuse(std::string message) {
  return std::unexpected(
      chat::Error{.kind = chat::ErrorKind::invalid_request, .message = std::move(message)});
}

bool has_only_web_search(json::Value tools) {
  for (const json::Value tool : tools)
    if (!is_server_tool(tool) || !tool["type"].string().starts_with("web_search")) return false;
  return tools.size() > 0;
}

}  // namespace

std::expected<Request, chat::Error> decode_request(std::string body, Endpoint endpoint) {
  Request request;
  request.body = std::move(body);
  request.document = std::make_unique<json::Document>();
  if (const auto error = request.document->parse_mended(request.body))
    return refuse("the body is not JSON: " + error->reason + " at byte " +
                  std::to_string(error->offset));
  request.counts_only = endpoint == Endpoint::count_tokens;
  request.root = request.document->root();
  if (auto fault = find_fault(request.root, !request.counts_only)) return refuse(std::move(*fault));

  request.model = request.root["model"].string();
  request.stream = request.root["stream"].is_true();
  request.max_tokens = request.root["max_tokens"].integer().value_or(0);
  if (const json::Value system = request.root["system"]; system.given()) request.system = system;
  if (const json::Value tools = request.root["tools"]; tools.given()) request.tools = tools;
  request.messages = request.root["messages"];
  return request;
}

std::string_view name(RequestClass request_class) {
  switch (request_class) {
    case RequestClass::main:
      return "main";
    case RequestClass::agent:
      return "agent";
    case RequestClass::title:
      return "title";
    case RequestClass::classifier:
      return "classifier";
    case RequestClass::web_search:
      return "web_search";
    case RequestClass::count:
      return "count";
    case RequestClass::probe:
      return "probe";
  }
  return "main";
}

// What tells Claude Code's side requests: a title asks for JSON without tools, the
// auto-mode classifier neither streams nor thinks nor has tools.
RequestClass classify(const Request& request) {
  if (request.counts_only) return RequestClass::count;
  if (request.max_tokens <= 1) return RequestClass::probe;
  if (has_only_web_search(request.tools)) return RequestClass::web_search;
  if (request.tools.size() > 0) return RequestClass::main;
  const json::Value& root = request.root;
  if (root["output_config"]["format"].given()) return RequestClass::title;
  if (!request.stream && root["thinking"]["type"].equals("disabled"))
    return RequestClass::classifier;
  return RequestClass::main;
}

bool is_server_tool(json::Value tool) {
  const json::Value type = tool["type"];
  return type.given() && !type.equals("custom") && !tool["input_schema"].given();
}

}  // namespace anthropic
