#include "protocol/jsonrpc/message.h"

#include "protocol/json/text.h"

namespace jsonrpc {
namespace {

constexpr size_t longest_id = 1024;

bool is_id(json::Value value) {
  const bool kind_fits = value.is(json::Kind::string) || value.is(json::Kind::number);
  return kind_fits && value.raw().size() <= longest_id;
}

Message invalid(Message message, std::string fault) {
  message.kind = Kind::invalid;
  message.fault = std::move(fault);
  return message;
}

}  // namespace

Message classify(json::Value root) {
  Message message;
  if (root.is(json::Kind::array))
    return invalid(message, "batches are not supported: send one message at a time");
  if (!root.is(json::Kind::object)) return invalid(message, "a message is a JSON object");
  const json::Value id = root["id"];
  if (is_id(id)) message.id = id;
  if (!root["jsonrpc"].equals("2.0")) return invalid(message, R"("jsonrpc" must be "2.0")");
  const json::Value method = root["method"];
  if (!method) {
    if (!root["result"] && !root["error"]) return invalid(message, "the method is missing");
    message.kind = Kind::response;
    return message;
  }
  if (!method.is(json::Kind::string)) return invalid(message, "the method must be a string");
  if (id && !is_id(id)) return invalid(message, "the id must be a string or a number");
  message.params = root["params"];
  if (message.params && !message.params.is(json::Kind::object) &&
      !message.params.is(json::Kind::array))
    return invalid(message, "params must be an object");
  message.method = method.string();
  message.kind = id ? Kind::request : Kind::notification;
  return message;
}

std::string key_of(json::Value id) {
  return id.is(json::Kind::string) ? "\"" + id.string() : std::string(id.raw());
}

std::string text_of(json::Value id) {
  std::string text;
  if (id) id.append_raw(text);
  return text;
}

std::string response(std::string_view id, std::string_view result) {
  std::string text = R"({"jsonrpc":"2.0","id":)";
  text.reserve(text.size() + id.size() + result.size() + 12);
  return text.append(id).append(R"(,"result":)").append(result).append("}");
}

std::string error(std::string_view id, int code, std::string_view message, std::string_view data) {
  std::string text = R"({"jsonrpc":"2.0",)";
  // Older clients refuse "id":null; without an id all take it for a broken message.
  if (!id.empty()) text.append(R"("id":)").append(id).append(",");
  text += R"("error":{"code":)" + std::to_string(code) + R"(,"message":)" + json::quoted(message);
  if (!data.empty()) text.append(R"(,"data":)").append(data);
  return text + "}}";
}

std::string notification(std::string_view method, std::string_view params) {
  std::string text = R"({"jsonrpc":"2.0","method":)" + json::quoted(method);
  return text.append(R"(,"params":)").append(params).append("}");
}

}  // namespace jsonrpc
