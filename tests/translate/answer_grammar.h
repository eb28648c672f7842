// What a Messages API stream must look like, whatever made it (docs/anthropic-mapping.md has the
// rules' reasons). Without GoogleTest, for the fuzz targets use it too.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/json/text.h"

namespace translate {

using Json = nlohmann::ordered_json;

struct Frame {
  std::string event;
  Json data;
};

// Frames of exactly `event: X\ndata: {…}\n\n`; nullopt when the text is anything else.
inline std::optional<std::vector<Frame>> read_frames(std::string_view sse) {
  std::vector<Frame> frames;
  constexpr std::string_view event_mark = "event: ";
  constexpr std::string_view data_mark = "data: ";
  while (!sse.empty()) {
    const size_t end = sse.find("\n\n");
    if (end == sse.npos || !sse.starts_with(event_mark)) return std::nullopt;
    const std::string_view frame = sse.substr(event_mark.size(), end - event_mark.size());
    sse.remove_prefix(end + 2);
    const size_t line = frame.find('\n');
    if (line == frame.npos || !frame.substr(line + 1).starts_with(data_mark)) return std::nullopt;
    const std::string_view data = frame.substr(line + 1 + data_mark.size());
    if (data.find_first_of("\r\n") != data.npos || !json::is_utf8(data)) return std::nullopt;
    // Half a surrogate pair may be a delta's end: its client joins the deltas again.
    std::string mended;
    json::append_without_lone_surrogates(mended, data);
    Frame made{std::string(frame.substr(0, line)), Json::parse(mended, nullptr, false)};
    if (!made.data.is_object() || made.data.value("type", "") != made.event) return std::nullopt;
    frames.push_back(std::move(made));
  }
  return frames;
}

class GrammarChecker {
 public:
  // The first fault of a transcript that has ended, or nullopt. `may_be_empty`: an answer without
  // a block is right (max_tokens 0).
  static std::optional<std::string> fault(std::string_view sse, bool may_be_empty = false) {
    const auto frames = read_frames(sse);
    if (!frames) return "a frame is malformed";
    GrammarChecker checker;
    for (const Frame& frame : *frames) {
      if (auto found = checker.take(frame.event, frame.data))
        return frame.data.dump() + ": " + *found;
    }
    if (!checker.ended_) return "the stream has no end";
    if (!checker.failed_ && checker.next_ == 0 && !may_be_empty) return "the answer has no block";
    return std::nullopt;
  }

 private:
  using Fault = std::optional<std::string>;

  Fault take(const std::string& event, const Json& data) {
    if (ended_) return "comes after the end";
    if (event == "ping") return std::nullopt;
    if (!started_ && event != "message_start") return "comes before message_start";
    if (stopping_ && event != "message_stop")
      return "stands between message_delta and message_stop";
    if (event == "message_start") return start(data);
    if (event == "content_block_start") return block_start(data);
    if (event == "content_block_delta") return delta(data);
    if (event == "content_block_stop") return block_stop(data);
    if (event == "message_delta") return message_delta(data);
    if (event == "message_stop") {
      ended_ = true;
      return stopping_ ? Fault() : "has no message_delta before it";
    }
    if (event == "error") return error(data);
    return "is of no known type";
  }

  Fault start(const Json& data) {
    if (started_) return "is a second message_start";
    started_ = true;
    const Json& message = data["message"];
    if (!message.is_object() || message.value("id", "").empty()) return "has no message id";
    if (message.value("type", "") != "message" || message.value("role", "") != "assistant")
      return "is no assistant's message";
    if (!message["content"].is_array() || !message["content"].empty()) return "has content";
    if (!message["stop_reason"].is_null() || !message["stop_sequence"].is_null())
      return "has a stop reason already";
    return usage_fault(message["usage"]);
  }

  Fault block_start(const Json& data) {
    if (!open_type_.empty()) return "opens while another block is open";
    if (data["index"] != next_++) return "is out of order";
    const Json& block = data["content_block"];
    open_type_ = block.value("type", "");
    content_.clear();
    signed_ = false;
    if (open_type_ == "text") return block["text"] == "" ? Fault() : "begins with text";
    if (open_type_ == "thinking") return block["thinking"] == "" ? Fault() : "begins with text";
    if (open_type_ != "tool_use") return "is a block of no known type";
    ++tools_;
    if (block["input"] != Json::object()) return "has its input in the start";
    if (block.value("name", "").empty()) return "is a call without a name";
    if (block.value("id", "").empty()) return "is a call without an id";
    if (!ids_.insert(block.value("id", "")).second) return "repeats an id";
    return std::nullopt;
  }

  Fault delta(const Json& data) {
    if (open_type_.empty()) return "is a delta of no open block";
    if (data["index"] != next_ - 1) return "is a delta of another block";
    const Json& delta = data["delta"];
    const std::string type = delta.value("type", "");
    if (signed_) return "comes after the signature";
    if (type == "signature_delta" && open_type_ == "thinking") {
      signed_ = true;
      return delta.value("signature", "").empty() ? "is an empty signature" : Fault();
    }
    const bool fits = (type == "text_delta" && open_type_ == "text") ||
                      (type == "thinking_delta" && open_type_ == "thinking") ||
                      (type == "input_json_delta" && open_type_ == "tool_use");
    if (!fits) return "is a delta that does not fit the block";
    const char* key = type == "text_delta"       ? "text"
                      : type == "thinking_delta" ? "thinking"
                                                 : "partial_json";
    if (!delta.contains(key) || !delta[key].is_string()) return "has no text";
    content_ += delta[key].get<std::string>();
    return std::nullopt;
  }

  Fault block_stop(const Json& data) {
    if (open_type_.empty()) return "stops no open block";
    if (data["index"] != next_ - 1) return "stops another block";
    const std::string type = std::exchange(open_type_, {});
    if (type == "thinking" && !signed_) return "ends thinking without a signature";
    if (content_.find_first_not_of(type == "tool_use" ? "" : " \t\r\n") == content_.npos)
      return "ends an empty block";
    return std::nullopt;
  }

  Fault message_delta(const Json& data) {
    stopping_ = true;
    if (!open_type_.empty()) return "comes while a block is open";
    static const std::set<std::string> reasons{"end_turn", "max_tokens", "stop_sequence",
                                               "tool_use", "refusal"};
    if (!data["delta"]["stop_reason"].is_string()) return "has no stop reason";
    const std::string reason = data["delta"]["stop_reason"];
    if (!reasons.contains(reason)) return "has no known stop reason";
    if (data["delta"]["stop_sequence"].is_string() != (reason == "stop_sequence"))
      return "and its stop sequence disagree";
    if (reason == "tool_use" && tools_ == 0) return "says tool_use without a call";
    if (tools_ > 0 && (reason == "end_turn" || reason == "stop_sequence"))
      return "hides that there is a call";
    return usage_fault(data["usage"]);
  }

  Fault error(const Json& data) {
    ended_ = failed_ = true;
    static const std::set<std::string> types{
        "invalid_request_error", "authentication_error", "permission_error", "not_found_error",
        "request_too_large",     "rate_limit_error",     "api_error",        "overloaded_error",
        "timeout_error"};
    const Json& error = data["error"];
    if (!error.is_object() || !types.contains(error.value("type", ""))) return "has no known type";
    return error.value("message", "").empty() ? "has no message" : Fault();
  }

  static Fault usage_fault(const Json& usage) {
    if (!usage.is_object()) return "has no usage";
    for (const char* key : {"input_tokens", "cache_creation_input_tokens",
                            "cache_read_input_tokens", "output_tokens"}) {
      if (!usage.contains(key) || !usage[key].is_number_integer() || usage[key] < 0)
        return std::string("has no ") + key;
    }
    return std::nullopt;
  }

  bool started_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  bool failed_ = false;
  bool signed_ = false;
  int next_ = 0;
  int tools_ = 0;
  std::string open_type_;
  std::string content_;
  std::set<std::string> ids_;
};

}  // namespace translate
