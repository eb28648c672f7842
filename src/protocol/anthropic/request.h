// A Messages API request, checked for shape; unknown fields, blocks and betas are passed over.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/chat/error.h"
#include "protocol/json/document.h"

namespace anthropic {

// What a request is for, by its structure: policy (priority, classes in metrics) looks at it.
enum class RequestClass { main, agent, title, classifier, web_search, count, probe };

// Views into the body and its document, which the request owns: move it, the views stay good.
struct Request {
  std::string body;
  std::unique_ptr<json::Document> document;  // of `body`

  std::string model;  // as sent, `[1m]` suffix and all
  bool stream = false;
  int64_t max_tokens = 0;
  bool counts_only = false;  // decoded for count_tokens: max_tokens is not needed
  json::Value system;        // string, array of text blocks, or absent
  json::Value messages;      // array
  json::Value tools;         // array or absent
  json::Value root;
};

enum class Endpoint { messages, count_tokens };

// Body that is not JSON, or a field of the wrong shape: invalid_request_error with the JSON path,
// e.g. `messages.3.content.0.text: a string is required`. Bytes that are not UTF-8 become U+FFFD.
std::expected<Request, chat::Error> decode_request(std::string body, Endpoint endpoint);

std::string_view name(RequestClass request_class);
// Never `agent`: only a request's headers tell that.
RequestClass classify(const Request& request);

// A tool of the API's own (web_search_20250305, bash_20250124, mcp_toolset…), which has a type and
// no schema. A client's tool that merely bears such a name is none (T22).
bool is_server_tool(json::Value tool);

}  // namespace anthropic
