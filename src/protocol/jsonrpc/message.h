// JSON-RPC 2.0, one message at a time: what a text is, and the texts of answers (pure).
#pragma once

#include <string>
#include <string_view>

#include "protocol/json/document.h"

namespace jsonrpc {

constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;

enum class Kind { request, notification, response, invalid };

// Views into the document that it was taken from.
struct Message {
  Kind kind = Kind::invalid;
  json::Value id;  // of a request or response; of an invalid message where it has a usable one
  std::string method;
  json::Value params;  // absent, an object or an array
  std::string fault;   // why it is invalid
};

Message classify(json::Value root);

// Equal for equal ids only: 1, "1" and 1.0 are three.
std::string key_of(json::Value id);
// The id as it came, to be sent back.
std::string text_of(json::Value id);

// `id` is its JSON text, empty when the request had none that can be repeated. `result`, `data` and
// `params` are JSON texts; data may be empty.
std::string response(std::string_view id, std::string_view result);
std::string error(std::string_view id, int code, std::string_view message,
                  std::string_view data = {});
std::string notification(std::string_view method, std::string_view params);

}  // namespace jsonrpc
