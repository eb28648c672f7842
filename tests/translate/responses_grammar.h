// What a stream of the Responses API must look like for Codex and the SDKs, whatever made it
// (docs/responses-mapping.md has the rules' reasons). Without GoogleTest, for the fuzz targets use
// it too.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace translate::from_responses {

using Json = nlohmann::ordered_json;

struct ResponseEvent {
  std::string type;
  Json data;
  std::string delta;  // of a delta, unmended: half a surrogate pair may be its end
};

// Events of exactly `event: X\ndata: {…}\n\n`; nullopt when the text is anything else. All but the
// deltas must be JSON in the eyes of a strict reader: Codex drops what is not.
inline std::optional<std::vector<ResponseEvent>> read_events(std::string_view sse) {
  std::vector<ResponseEvent> events;
  while (!sse.empty()) {
    const size_t end = sse.find("\n\n");
    if (end == sse.npos) return std::nullopt;
    const std::string_view frame = sse.substr(0, end);
    sse.remove_prefix(end + 2);
    const size_t line = frame.find('\n');
    if (!frame.starts_with("event: ") || line == frame.npos) return std::nullopt;
    const std::string_view data = frame.substr(line + 1);
    if (!data.starts_with("data: {") || data.find_first_of("\r\n") != data.npos)
      return std::nullopt;
    const std::string_view text = data.substr(6);
    if (!json::is_utf8(text)) return std::nullopt;
    ResponseEvent event{std::string(frame.substr(7, line - 7)), {}, {}};
    json::Document document;
    if (document.parse(text)) return std::nullopt;
    event.delta = document.root()["delta"].escaped();
    std::string mended;
    json::append_without_lone_surrogates(mended, text);
    event.data = Json::parse(event.delta.empty() ? std::string(text) : mended, nullptr, false);
    if (!event.data.is_object() || event.data.value("type", "") != event.type) return std::nullopt;
    events.push_back(std::move(event));
  }
  return events;
}

class ResponseGrammar {
 public:
  // The first fault of a transcript that has ended, or nullopt.
  static std::optional<std::string> fault(std::string_view sse) {
    const auto events = read_events(sse);
    if (!events) return "an event is malformed";
    ResponseGrammar checker;
    for (const ResponseEvent& event : *events)
      if (auto found = checker.take(event)) return event.data.dump() + ": " + *found;
    if (!checker.ended_) return "the stream has no end";
    return std::nullopt;
  }

 private:
  using Fault = std::optional<std::string>;

  struct Open {
    Json item;
    std::string text;  // of its deltas, escaped
    bool part = false;
    bool part_done = false;
    bool told = false;  // its text, whole
  };

  Fault take(const ResponseEvent& event) {
    const Json& data = event.data;
    if (ended_) return "comes after the end";
    if (data.value("sequence_number", -1) != next_number_++) return "has the wrong number";
    if (event.type.starts_with("response.") && data.contains("response")) return response(event);
    if (response_id_.empty()) return "comes before response.created";
    if (event.type == "response.output_item.added") return added(data);
    if (event.type == "response.output_item.done") return done(data);
    if (!data.contains("output_index") || data["output_index"] >= items_.size())
      return "belongs to no item";
    Open& open = items_[data["output_index"].get<size_t>()];
    if (data.value("item_id", Json()) != open.item["id"]) return "names another item";
    if (event.type.ends_with(".delta")) return delta(event, open);
    return part(event, open);
  }

  Fault response(const ResponseEvent& event) {
    const Json& made = event.data["response"];
    const std::string status = made.value("status", "");
    if (made.value("object", "") != "response" || made.value("id", "").empty())
      return "is no response";
    if (made.value("model", "").empty() || !made["output"].is_array())
      return "is no whole response";
    if (event.type == "response.created") {
      if (!response_id_.empty()) return "is a second response.created";
      response_id_ = made["id"];
    }
    if (made["id"] != response_id_) return "is of another response";
    if (event.type == "response.created" || event.type == "response.in_progress") {
      if (status != "in_progress" || !made["output"].empty()) return "has ended already";
      return made["usage"].is_null() && made["error"].is_null() ? Fault() : "knows its end";
    }
    ended_ = true;
    if ("response." + status != event.type) return "has another status";
    if (made["output"] != Json(done_)) return "has other items than were done";
    if (made["error"].is_object() != (status == "failed")) return "and its error disagree";
    if (made["incomplete_details"].is_object() != (status == "incomplete"))
      return "and its incomplete_details disagree";
    return end(made, status);
  }

  Fault end(const Json& made, const std::string& status) {
    if (status == "failed") {
      static const std::set<std::string> codes{"invalid_prompt", "context_length_exceeded",
                                               "rate_limit_exceeded", "server_error"};
      if (!done_.empty()) return "fails after an item was done";
      if (made["error"].value("message", "").empty()) return "has no message";
      return codes.contains(made["error"].value("code", "")) ? Fault() : "has no known code";
    }
    const bool cut = status == "incomplete";
    if (!cut && status != "completed") return "is no known end";
    if (cut && made["incomplete_details"]["reason"] != "max_output_tokens")
      return "has no known reason";
    if (!cut && (done_.empty() || done_.size() != items_.size())) return "is not complete";
    return usage(made["usage"]);
  }

  static Fault usage(const Json& usage) {
    const auto counts = [](const Json& holder, const char* key) {
      return holder.is_object() && holder.contains(key) && holder[key].is_number_integer() &&
             holder[key] >= 0;
    };
    for (const char* key : {"input_tokens", "output_tokens", "total_tokens"})
      if (!counts(usage, key)) return std::string("has no ") + key;
    if (!counts(usage["input_tokens_details"], "cached_tokens")) return "has no cached_tokens";
    if (!counts(usage["output_tokens_details"], "reasoning_tokens"))
      return "has no reasoning_tokens";
    return std::nullopt;
  }

  Fault added(const Json& data) {
    if (!done_.empty()) return "is added after an item was done";
    if (data["output_index"] != items_.size()) return "is out of order";
    const Json& item = data["item"];
    if (item.value("id", "").empty() || !ids_.insert(item["id"]).second)
      return "has no id of its own";
    if (item.value("type", "") == "message" && item["content"] != Json::array())
      return "has content already";
    items_.push_back({.item = item, .text = {}});
    return shape(item, item.value("type", "") != "compaction" ? "in_progress" : "");
  }

  // What Codex needs: an item that lacks any of it is dropped, and with it the model's words.
  static Fault shape(const Json& item, const std::string& status) {
    const std::string type = item.value("type", "");
    if (item.value("status", "") != status) return "has the wrong status";
    const auto text = [&](const char* key) { return item.contains(key) && item[key].is_string(); };
    if (type == "message")
      return item.value("role", "") == "assistant" && item["content"].is_array() ? Fault()
                                                                                 : "is no message";
    if (type == "reasoning")
      return item["summary"].is_array() && item["content"].is_array() ? Fault() : "is no reasoning";
    if (type == "compaction")
      return item.value("encrypted_content", "").empty() ? "is an empty summary" : Fault();
    if (!text("call_id") || item["call_id"] == "") return "has no call_id";
    if (type == "tool_search_call")
      return item["arguments"].is_object() && item["execution"] == "client" ? Fault()
                                                                            : "is no search";
    if (!text("name") || item["name"] == "") return "has no name";
    if (type == "function_call") return text("arguments") ? Fault() : "has no arguments";
    if (type == "custom_tool_call") return text("input") ? Fault() : "has no input";
    return "is of no known type";
  }

  Fault delta(const ResponseEvent& event, Open& open) {
    if (!done_.empty() || open.told) return "is a delta after an end";
    if (&open != &items_.back()) return "is a delta of an item that is not the last";
    const std::string type = open.item["type"];
    if (event.type != delta_of(type)) return "is a delta that does not fit the item";
    if (type == "message" && !open.part) return "comes before its part";
    if (const bool indexed = type == "message" || type == "reasoning";
        indexed && event.data.value("content_index", -1) != 0)
      return "has no content_index";
    if (event.delta.empty()) return "is an empty delta";
    open.text += event.delta;
    return std::nullopt;
  }

  static std::string delta_of(const std::string& type) {
    if (type == "message") return "response.output_text.delta";
    if (type == "reasoning") return "response.reasoning_text.delta";
    if (type == "function_call") return "response.function_call_arguments.delta";
    return type == "custom_tool_call" ? "response.custom_tool_call_input.delta" : "none";
  }

  Fault part(const ResponseEvent& event, Open& open) {
    const std::string type = open.item["type"];
    if (event.type == "response.content_part.added") {
      if (type != "message" || open.part) return "is no part of this item";
      open.part = true;
      return event.data["part"].value("text", "-").empty() ? Fault() : "begins with text";
    }
    if (event.type == "response.content_part.done") {
      if (!open.told || open.part_done) return "is no part's end";
      open.part_done = true;
      return event.data["part"].value("text", "") == whole(open) ? Fault() : "has another text";
    }
    std::string wanted = delta_of(type);
    wanted.replace(wanted.rfind('.'), std::string::npos, ".done");
    if (event.type != wanted) return "does not fit the item";
    if (open.told) return "comes again";
    open.told = true;
    const char* key = type == "function_call"      ? "arguments"
                      : type == "custom_tool_call" ? "input"
                                                   : "text";
    // A freeform text may lose what stood around it; its deltas are for the eye.
    if (!event.data.contains(key) ||
        (type != "custom_tool_call" && event.data[key] != Json(whole(open))))
      return "has another text than its deltas";
    open.item["told"] = event.data[key];
    return std::nullopt;
  }

  static std::string whole(const Open& open) {
    std::string mended;
    json::append_without_lone_surrogates(mended, open.text);
    return json::unescape(mended);
  }

  Fault done(const Json& data) {
    if (data["output_index"] >= items_.size()) return "was never added";
    if (static_cast<int>(data["output_index"].get<size_t>()) <= last_done_)
      return "is out of order";
    last_done_ = data["output_index"].get<int>();
    Open& open = items_[data["output_index"].get<size_t>()];
    const Json& item = data["item"];
    if (item["id"] != open.item["id"] || item["type"] != open.item["type"])
      return "is another item than was added";
    done_.push_back(item);
    const std::string type = item["type"];
    if (auto found = shape(item, type == "compaction" ? "" : "completed")) return found;
    if (type == "compaction" || type == "tool_search_call") return std::nullopt;
    if (!open.told) return "is done before its text";
    if (type == "message" && !open.part_done) return "is done before its part";
    return text_of(item) == open.item["told"] ? Fault() : "has another text than was told";
  }

  static Json text_of(const Json& item) {
    if (item["type"] == "function_call") return item["arguments"];
    if (item["type"] == "custom_tool_call") return item["input"];
    return item["content"].size() == 1 ? item["content"][0].value("text", Json()) : Json();
  }

  std::string response_id_;
  int next_number_ = 0;
  int last_done_ = -1;
  bool ended_ = false;
  std::vector<Open> items_;
  std::vector<Json> done_;
  std::set<std::string> ids_;
};

}  // namespace translate::from_responses
