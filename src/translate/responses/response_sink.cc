#include "translate/responses/response_sink.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "protocol/json/text.h"
#include "protocol/responses/envelope.h"
#include "protocol/responses/error.h"

namespace translate {
namespace {

using base::append;
using chat::BlockType;

std::string encode_usage(const chat::Usage& usage) {
  return R"({"input_tokens":)" + std::to_string(usage.prompt_tokens) +
         R"(,"input_tokens_details":{"cached_tokens":)" + std::to_string(usage.cached_tokens) +
         R"(,"cache_write_tokens":0},"output_tokens":)" + std::to_string(usage.completion_tokens) +
         R"(,"output_tokens_details":{"reasoning_tokens":)" +
         std::to_string(usage.reasoning_tokens) + R"(},"total_tokens":)" +
         std::to_string(usage.prompt_tokens + usage.completion_tokens) + "}";
}

void append_text_part(std::string& out, BlockType type, std::string_view escaped) {
  const bool text = type == BlockType::text;
  append(out, R"({"type":")", text ? "output_text" : "reasoning_text", R"(","text":")", escaped,
         text ? R"(","annotations":[],"logprobs":[]})" : "\"}");
}

// The length of an escaped text without a first half of a surrogate pair at its end.
size_t whole_length(std::string_view escaped) {
  constexpr size_t unit = 6;  // \uD83C
  if (escaped.size() < unit) return escaped.size();
  const size_t at = escaped.size() - unit;
  const size_t slashes_begin = escaped.find_last_not_of('\\', at);
  const size_t slashes = at - (slashes_begin == escaped.npos ? 0 : slashes_begin + 1) + 1;
  if (escaped[at] != '\\' || escaped[at + 1] != 'u' || slashes % 2 == 0) return escaped.size();
  const int value = json::hex4(escaped.substr(at + 2));
  return value >= 0xD800 && value < 0xDC00 ? at : escaped.size();
}

std::string_view delta_event(BlockType type, ToolKind kind) {
  if (type == BlockType::tool_call && kind == ToolKind::custom)
    return "response.custom_tool_call_input.delta";
  switch (type) {
    case BlockType::text:
      return "response.output_text.delta";
    case BlockType::reasoning:
      return "response.reasoning_text.delta";
    case BlockType::tool_call:
      return "response.function_call_arguments.delta";
  }
  return {};
}

std::string_view id_prefix(BlockType type, ToolKind kind) {
  if (type == BlockType::text) return "msg_";
  if (type == BlockType::reasoning) return "rs_";
  switch (kind) {
    case ToolKind::function:
      return "fc_";
    case ToolKind::custom:
      return "ctc_";
    case ToolKind::search:
      return "tsc_";
  }
  return {};
}

}  // namespace

std::string ResponseSink::item_id(std::string_view prefix, int index) const {
  const std::string_view id = head_.id;
  std::string out;
  append(out, prefix, id.substr(id.find('_') + 1), "_", std::to_string(index));
  return out;
}

void ResponseSink::begin_event(std::string_view name) {
  append(*events_, "event: ", name, "\ndata: {\"type\":\"", name, "\"");
}

void ResponseSink::end_event() {
  std::array<char, 20> digits;  // no temporary string: this runs for every delta
  const auto end = std::to_chars(digits.begin(), digits.end(), sequence_++).ptr;
  *events_ += ",\"sequence_number\":";
  events_->append(digits.data(), end);
  *events_ += "}\n\n";
}

void ResponseSink::response_event(std::string_view name, const std::string& response) {
  if (events_ == nullptr) return;
  begin_event(name);
  append(*events_, ",\"response\":", response);
  end_event();
}

void ResponseSink::place(const Item& item) {
  append(*events_, R"(,"item_id":")", item.id, R"(","output_index":)", std::to_string(item.index));
  if (item.type != BlockType::tool_call) *events_ += ",\"content_index\":0";
}

std::string ResponseSink::encode_response(std::string_view status, std::string_view error,
                                          std::string_view reason, std::string_view usage) const {
  std::string out;
  out.reserve(512 + head_.echo.size() + output_.size());
  append(out, R"({"id":")", head_.id, R"(","object":"response","created_at":)",
         std::to_string(head_.created_at), R"(,"status":")", status,
         R"(","background":false,"error":)", error, R"(,"incomplete_details":)");
  if (reason.empty()) {
    out += "null";
  } else {
    append(out, R"({"reason":")", reason, R"("})");
  }
  append(out, R"(,"model":)", json::quoted(head_.model), ",", head_.echo, R"("output":)", output_,
         R"(,"usage":)", usage, "}");
  return out;
}

void ResponseSink::start(const chat::AnswerStart&) {
  if (begun_) return;
  begun_ = true;
  const std::string response = encode_response("in_progress", "null", {}, "null");
  response_event("response.created", response);
  response_event("response.in_progress", response);
}

void ResponseSink::ping() {
  if (begun_) {
    response_event("response.in_progress", encode_response("in_progress", "null", {}, "null"));
  } else {
    start({});
  }
}

void ResponseSink::block_start(int index, BlockType type, std::string_view id,
                               std::string_view name) {
  Item item{
      .index = index, .type = type, .id = {}, .call_id = std::string(id), .tool = {}, .text = {}};
  if (type == BlockType::tool_call) {
    const std::string called = json::unescape(name);
    const ToolOrigin* origin = names_.find(called);
    // What was never declared goes out as it came: the client tells the model (case 14).
    item.tool = origin != nullptr ? *origin : ToolOrigin{ToolKind::function, {}, called};
  }
  item.id = item_id(id_prefix(type, item.tool.kind), index);
  items_.push_back(std::move(item));
  if (events_ != nullptr && !head_.is_compaction) announce(items_.back());
}

void ResponseSink::announce(const Item& item) {
  begin_event("response.output_item.added");
  append(*events_, R"(,"output_index":)", std::to_string(item.index), R"(,"item":)",
         encode(item, "in_progress"));
  end_event();
  if (item.type != BlockType::tool_call) part_event("response.content_part.added", item, {});
  freeform_ = {};
  std::string* const out = std::exchange(events_, &delta_head_);
  delta_head_.clear();
  begin_event(delta_event(item.type, item.tool.kind));
  place(item);
  if (item.type == BlockType::text) delta_head_ += R"(,"logprobs":[])";
  delta_head_ += R"(,"delta":")";
  events_ = out;
}

void ResponseSink::part_event(std::string_view name, const Item& item, std::string_view text) {
  begin_event(name);
  place(item);
  *events_ += R"(,"part":)";
  append_text_part(*events_, item.type, text);
  end_event();
}

// A surrogate alone is no text: Codex drops an event that holds one, be it all that was said.
void ResponseSink::delta(std::string_view escaped) {
  if (half_.empty() && !escaped.contains("\\u")) {
    emit_delta(escaped);
    return;
  }
  std::string text = std::exchange(half_, {});
  text += escaped;
  const size_t end = whole_length(text);
  half_ = text.substr(end);
  std::string mended;
  json::append_without_lone_surrogates(mended, std::string_view(text).substr(0, end));
  emit_delta(mended);
}

void ResponseSink::block_stop() {
  if (half_.empty()) return;
  half_.clear();
  emit_delta("\xEF\xBF\xBD");
}

void ResponseSink::emit_delta(std::string_view escaped) {
  Item& item = items_.back();
  item.text += escaped;
  const bool search = item.type == BlockType::tool_call && item.tool.kind == ToolKind::search;
  if (events_ == nullptr || head_.is_compaction || search) return;
  if (item.type == BlockType::tool_call && item.tool.kind == ToolKind::custom)
    item.told += escaped = freeform_.feed(escaped, item.tool.name);
  if (escaped.empty()) return;
  append(*events_, delta_head_, escaped, "\"");
  end_event();
}

void ResponseSink::append_call(std::string& out, const Item& item) const {
  const std::string name = json::quoted(item.tool.name);
  switch (item.tool.kind) {
    case ToolKind::function:
      append(out, R"("function_call","arguments":")", item.text, R"(","name":)", name);
      break;
    case ToolKind::custom:
      append(out, R"("custom_tool_call","input":")", freeform_input(item.text, item.tool.name),
             R"(","name":)", name);
      break;
    case ToolKind::search:
      out += R"("tool_search_call","execution":"client","arguments":)";
      out += item.text.empty() ? "{}" : object_text(item.text);
      break;
  }
  if (!item.tool.name_space.empty())
    append(out, R"(,"namespace":)", json::quoted(item.tool.name_space));
  append(out, R"(,"call_id":)", json::quoted(json::unescape(item.call_id)));
}

std::string ResponseSink::encode(const Item& item, std::string_view status) const {
  const bool done = status != "in_progress";
  std::string out;
  out.reserve(256 + item.text.size());
  append(out, R"({"id":")", item.id, R"(","type":)");
  switch (item.type) {
    case BlockType::text:
      out += R"("message","role":"assistant","content":[)";
      if (done) append_text_part(out, item.type, item.text);
      out += ']';
      break;
    case BlockType::reasoning:
      out += R"("reasoning","summary":[],"content":[)";
      if (done) append_text_part(out, item.type, item.text);
      out += ']';
      if (done && head_.encrypted_reasoning)
        append(out, R"(,"encrypted_content":")", responses::envelope_mark, item.text, "\"");
      break;
    case BlockType::tool_call:
      append_call(out, item);
      break;
  }
  append(out, R"(,"status":")", status, "\"}");
  return out;
}

void ResponseSink::add_output(const std::string& item) {
  output_.pop_back();
  append(output_, output_.size() > 1 ? "," : "", item, "]");
}

// The events that end an item.
void ResponseSink::conclude(const Item& item) {
  const std::string encoded = encode(item, "completed");
  add_output(encoded);
  if (events_ == nullptr) return;
  if (item.type == BlockType::text) {
    begin_event("response.output_text.done");
    place(item);
    append(*events_, R"(,"text":")", item.text, R"(","logprobs":[])");
    end_event();
    part_event("response.content_part.done", item, item.text);
  } else if (item.type == BlockType::reasoning) {
    begin_event("response.reasoning_text.done");
    place(item);
    append(*events_, R"(,"text":")", item.text, "\"");
    end_event();
    part_event("response.content_part.done", item, item.text);
  } else if (item.tool.kind == ToolKind::function) {
    begin_event("response.function_call_arguments.done");
    place(item);
    append(*events_, R"(,"name":)", json::quoted(item.tool.name), R"(,"arguments":")", item.text,
           "\"");
    end_event();
  } else if (item.tool.kind == ToolKind::custom) {
    const std::string input = freeform_input(item.text, item.tool.name);
    if (input.starts_with(item.told) && input != item.told) {
      begin_event("response.custom_tool_call_input.delta");
      place(item);
      append(*events_, R"(,"delta":")", std::string_view(input).substr(item.told.size()), "\"");
      end_event();
    }
    begin_event("response.custom_tool_call_input.done");
    place(item);
    append(*events_, R"(,"input":")", input, "\"");
    end_event();
  }
  begin_event("response.output_item.done");
  append(*events_, R"(,"output_index":)", std::to_string(item.index), R"(,"item":)", encoded);
  end_event();
}

// The texts become one item, which the client brings back in the place of all that was before.
void ResponseSink::conclude_compaction() {
  std::string summary;
  for (const Item& item : items_)
    if (item.type == BlockType::text) summary += item.text;
  std::string encoded;
  append(encoded, R"({"id":")", item_id("cmp_", 0),
         R"(","type":"compaction","encrypted_content":")", responses::envelope_mark, summary,
         "\"}");
  add_output(encoded);
  if (events_ == nullptr) return;
  for (const std::string_view name : {"response.output_item.added", "response.output_item.done"}) {
    begin_event(name);
    append(*events_, R"(,"output_index":0,"item":)", encoded);
    end_event();
  }
}

void ResponseSink::end(std::string_view stop_reason, std::string_view, const chat::Usage& usage) {
  std::string_view reason;
  if (stop_reason == "max_tokens") reason = "max_output_tokens";
  if (stop_reason == "content_filter") reason = "content_filter";
  const bool cut = !reason.empty();
  const auto said = [](const Item& item) { return item.type == BlockType::text; };
  if (head_.is_compaction && (cut || std::ranges::none_of(items_, said))) {
    error({chat::ErrorKind::server, "the model wrote no whole summary", 0});
    return;
  }
  if (head_.is_compaction) {
    conclude_compaction();
  } else {
    // Calls in a cut answer are not given out: one of them is not whole, and nobody would see what
    // the others gave.
    // Nor is anything of a filtered answer: Codex asks again, and would keep it each time.
    const bool filtered = reason == "content_filter";
    for (const Item& item : items_)
      if (!filtered && (!cut || item.type != BlockType::tool_call)) conclude(item);
  }
  if (!cut && on_completed) on_completed(output_);
  const std::string_view status = cut ? "incomplete" : "completed";
  body_ = encode_response(status, "null", reason, encode_usage(usage));
  response_event(cut ? "response.incomplete" : "response.completed", body_);
}

void ResponseSink::error(const chat::Error& error) {
  error_ = error;
  failed_ = true;
  if (events_ == nullptr) return;
  start({});
  std::string message = error.message;
  // In these words Codex finds how long to wait.
  if (error.kind == chat::ErrorKind::rate_limit && error.retry_after > 0)
    message += " Please try again in " + std::to_string(error.retry_after) + "s.";
  const std::string encoded = R"({"code":")" + std::string(responses::failure_code(error.kind)) +
                              R"(","message":)" + json::quoted(message) + "}";
  response_event("response.failed", encode_response("failed", encoded, {}, "null"));
}

}  // namespace translate
