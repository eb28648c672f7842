// Messages of the Chrome DevTools Protocol in its flat form: commands and answers carry an id,
// events a method, both the id of the session they belong to (pure).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocol/json/document.h"

namespace cdp {

using Params = nlohmann::json;

// Owns its text; the values are views into it.
class Message {
 public:
  // Null when the text is not such a message.
  static std::shared_ptr<const Message> parse(std::string text);

  bool is_answer() const { return id != 0; }

  int64_t id = 0;       // of an answer; 0 for an event
  std::string session;  // empty: the browser itself
  std::string method;   // of an event
  json::Value body;     // an answer's result or an event's params
  std::string error;    // an answer's; empty when the command succeeded

 private:
  std::string text_;
  json::Document document_;
};

// Ids begin at 1. What is not UTF-8 in `params` becomes U+FFFD.
std::string command_text(int64_t id, std::string_view session, std::string_view method,
                         const Params& params);

// The id of an answer from its beginning alone, for one that is too long to be kept: browsers
// write it first.
std::optional<int64_t> id_at_front(std::string_view beginning);

}  // namespace cdp
