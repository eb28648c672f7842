#include "protocol/responses/request.h"

#include <utility>

#include "protocol/json/text.h"
#include "protocol/responses/shape.h"

namespace responses {
namespace {

std::unexpected<chat::Error> refuse(std::string message) {
  return std::unexpected(
      chat::Error{.kind = chat::ErrorKind::invalid_request, .message = std::move(message)});
}

void add_items(json::Value array, std::vector<json::Value>& items) {
  for (const json::Value item : array) items.push_back(item);
}

}  // namespace

std::expected<Request, chat::Error> decode_request(std::string body) {
  Request request;
  request.body = std::make_unique<Request::Text>();
  Request::Text& text = *request.body;
  text.text = std::move(body);
  if (const auto error = text.document.parse_mended(text.text))
    return refuse("the body is not JSON: " + error->reason + " at byte " +
                  std::to_string(error->offset));
  request.root = text.document.root();
  if (auto fault = find_fault(request.root)) {
    auto refused = refuse(*fault);
    refused.error().param = fault->substr(0, fault->find(':'));
    return refused;
  }

  request.model = request.root["model"].string();
  request.stream = request.root["stream"].is_true();
  if (const json::Value tools = request.root["tools"]; tools.given()) request.tools = tools;
  const json::Value input = request.root["input"];
  if (input.is(json::Kind::string)) {
    std::string message = R"([{"type":"message","role":"user","content":)";
    message += input.raw();
    prepend_items(request, message + "}]");
  } else {
    add_items(input, request.items);
  }
  return request;
}

bool Request::is_compaction() const {
  return !items.empty() && items.back()["type"].equals("compaction_trigger");
}

std::string_view name(RequestClass request_class) {
  switch (request_class) {
    case RequestClass::main:
      return "main";
    case RequestClass::agent:
      return "agent";
    case RequestClass::title:
      return "title";
    case RequestClass::compaction:
      return "compaction";
  }
  return "main";
}

RequestClass classify(const Request& request, std::string_view turn_metadata) {
  if (request.is_compaction()) return RequestClass::compaction;
  const json::Value own = request.root["client_metadata"]["x-codex-turn-metadata"];
  const bool has_own = !own.escaped().empty();
  const std::string_view said = has_own ? own.escaped() : turn_metadata;
  // Most turns are none of these: no need to take the text apart.
  const auto names = [said](std::string_view word) { return said.contains(word); };
  if (!names("compaction") && !names("thread_title") && !names("subagent"))
    return RequestClass::main;
  const std::string text = has_own ? own.string() : std::string(turn_metadata);
  json::Document document;
  const bool wrong = document.parse(text).has_value();
  const json::Value metadata = wrong ? json::Value() : document.root();
  if (metadata["request_kind"].equals("compaction")) return RequestClass::compaction;
  if (metadata["thread_source"].equals("thread_title")) return RequestClass::title;
  if (metadata["thread_source"].equals("subagent")) return RequestClass::agent;
  return RequestClass::main;
}

void prepend_items(Request& request, std::string_view items) {
  auto text = std::make_unique<Request::Text>();
  text->text = items;
  if (text->document.parse(text->text)) return;
  std::vector<json::Value> all;
  add_items(text->document.root(), all);
  all.insert(all.end(), request.items.begin(), request.items.end());
  request.items = std::move(all);
  request.earlier.push_back(std::move(text));
}

void replace_tools(Request& request, std::string_view tools) {
  auto text = std::make_unique<Request::Text>();
  text->text = tools;
  if (text->document.parse(text->text)) return;
  request.tools = text->document.root();
  request.earlier.push_back(std::move(text));
}

std::string encode_items(const Request& request) {
  std::string items = "[";
  for (const json::Value item : request.items) {
    if (items.size() > 1) items += ',';
    item.append_raw(items);
  }
  return items + "]";
}

}  // namespace responses
