// A Responses API request, checked for shape; unknown fields, items and tools are passed over.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/chat/error.h"
#include "protocol/json/document.h"

namespace responses {

// What a request is for, as Codex says of its own: policy (priority, classes in metrics) looks at
// it.
enum class RequestClass { main, agent, title, compaction };

// Views into texts and their documents, which the request owns: move it, the views stay good.
struct Request {
  struct Text {
    std::string text;
    json::Document document;
  };
  std::unique_ptr<Text> body;
  std::vector<std::unique_ptr<Text>> earlier;  // what it takes from earlier requests

  std::string model;  // may be empty
  bool stream = false;
  RequestClass request_class = RequestClass::main;  // as classify() told the caller
  std::vector<json::Value> items;  // of the input, the earlier ones first; a plain string is
                                   // turned into a message
  json::Value tools;               // array or absent
  json::Value root;

  // Asks for nothing but one item that stands for the conversation so far.
  bool is_compaction() const;
};

// Body that is not JSON, or a field of the wrong shape: invalid_request with the JSON path, e.g.
// `input.3.content: a string or an array is required`. Bytes that are not UTF-8 become U+FFFD.
std::expected<Request, chat::Error> decode_request(std::string body);

std::string_view name(RequestClass request_class);
// `turn_metadata` is the header x-codex-turn-metadata, for bodies without it.
RequestClass classify(const Request& request, std::string_view turn_metadata = {});

// Puts an earlier conversation (a JSON array of items) before the request's own items.
void prepend_items(Request& request, std::string_view items);

// Takes these tools (a JSON array) for the request's own.
void replace_tools(Request& request, std::string_view tools);

// The items as a JSON array, as they came.
std::string encode_items(const Request& request);

}  // namespace responses
