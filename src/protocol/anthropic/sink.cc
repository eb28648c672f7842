#include "protocol/anthropic/sink.h"

#include "protocol/anthropic/error.h"
#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace anthropic {
namespace {

using chat::BlockType;

// A mark, not a proof: it lets a later reader know thinking that a local model made.
constexpr std::string_view local_signature = "autosre-local";

void append_start(std::string& out, const chat::AnswerStart& start) {
  out += R"({"id":")" + start.id + R"(","type":"message","role":"assistant","model":")";
  json::append_escaped(out, start.model);
  out += '"';
}

void append_usage(std::string& out, const chat::Usage& usage) {
  // Anthropic counts cached tokens apart.
  out += R"({"input_tokens":)" + std::to_string(usage.prompt_tokens - usage.cached_tokens);
  out += R"(,"cache_creation_input_tokens":0,"cache_read_input_tokens":)" +
         std::to_string(usage.cached_tokens);
  out += R"(,"output_tokens":)" + std::to_string(usage.completion_tokens) + '}';
}

void append_stop(std::string& out, std::string_view reason, std::string_view sequence) {
  out += R"("stop_reason":")";
  out += reason == "content_filter" ? "refusal" : reason;
  out += R"(","stop_sequence":)";
  if (sequence.empty()) {
    out += "null";
  } else {
    out += '"';
    out += sequence;
    out += '"';
  }
}

}  // namespace

void EventSink::start(const chat::AnswerStart& start) {
  out_ += "event: message_start\ndata: {\"type\":\"message_start\",\"message\":";
  append_start(out_, start);
  out_ += R"(,"content":[],"stop_reason":null,"stop_sequence":null,"usage":)";
  append_usage(out_, {.prompt_tokens = start.input_tokens});
  out_ += "}}\n\n";
}

void EventSink::block_start(int index, BlockType type, std::string_view id, std::string_view name) {
  index_ = std::to_string(index);
  type_ = type;
  out_ += R"(event: content_block_start
data: {"type":"content_block_start","index":)";
  out_ += index_;
  delta_head_ =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + index_ +
      R"(,"delta":{"type":)";
  switch (type) {
    case BlockType::text:
      out_ += R"(,"content_block":{"type":"text","text":""}})";
      delta_head_ += R"("text_delta","text":")";
      break;
    case BlockType::reasoning:
      out_ += R"(,"content_block":{"type":"thinking","thinking":"","signature":""}})";
      delta_head_ += R"("thinking_delta","thinking":")";
      break;
    case BlockType::tool_call:
      out_ += R"(,"content_block":{"type":"tool_use","id":")";
      out_ += id;
      out_ += R"(","name":")";
      out_ += name;
      out_ += R"(","input":{}}})";
      delta_head_ += R"("input_json_delta","partial_json":")";
      break;
  }
  out_ += "\n\n";
}

void EventSink::delta(std::string_view escaped) {
  out_ += delta_head_;
  out_ += escaped;
  out_ += "\"}}\n\n";
}

void EventSink::block_stop() {
  if (type_ == BlockType::reasoning) {
    out_ +=
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + index_ +
        R"(,"delta":{"type":"signature_delta","signature":")";
    out_ += local_signature;
    out_ += "\"}}\n\n";
  }
  out_ += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":" + index_ +
          "}\n\n";
}

void EventSink::end(std::string_view stop_reason, std::string_view stop_sequence,
                    const chat::Usage& usage) {
  out_ += "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{";
  append_stop(out_, stop_reason, stop_sequence);
  out_ += R"(},"usage":)";
  append_usage(out_, usage);
  out_ += "}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}

void EventSink::error(const chat::Error& error) {
  out_ += "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"";
  out_ += error_type(error.kind);
  out_ += R"(","message":")";
  json::append_escaped(out_, error.message);
  out_ += "\"}}\n\n";
}

void MessageSink::start(const chat::AnswerStart& start) {
  append_start(body_, start);
  body_ += R"(,"content":[)";
}

void MessageSink::block_start(int index, BlockType type, std::string_view id,
                              std::string_view name) {
  if (index > 0) body_ += ',';
  type_ = type;
  text_.clear();
  switch (type) {
    case BlockType::text:
      body_ += R"({"type":"text","text":")";
      break;
    case BlockType::reasoning:
      body_ += R"({"type":"thinking","thinking":")";
      break;
    case BlockType::tool_call:
      body_ += R"({"type":"tool_use","id":")";
      body_ += id;
      body_ += R"(","name":")";
      body_ += name;
      body_ += R"(","input":)";
      break;
  }
}

void MessageSink::delta(std::string_view escaped) {
  text_ += escaped;
}

void MessageSink::block_stop() {
  if (type_ == BlockType::tool_call) {
    append_tool_input();
  } else {
    body_ += text_ + '"';
    if (type_ == BlockType::reasoning) {
      body_ += R"(,"signature":")";
      body_ += local_signature;
      body_ += '"';
    }
  }
  body_ += '}';
}

// What is not a JSON object goes in the wrapper that Claude Code itself makes of such a call, so
// that nothing is lost and nothing runs with guessed arguments.
void MessageSink::append_tool_input() {
  if (text_.empty()) {
    body_ += "{}";
    return;
  }
  const std::string input = json::unescape(text_);
  json::Document document;
  if (!document.parse(input) && document.root().is(json::Kind::object)) {
    json::append_compact(body_, input);
    return;
  }
  body_ += R"({"__unparsedToolInput":{"raw":")" + text_ + R"(","len":)" +
           std::to_string(input.size()) + "}}";
}

void MessageSink::end(std::string_view stop_reason, std::string_view stop_sequence,
                      const chat::Usage& usage) {
  body_ += "],";
  append_stop(body_, stop_reason, stop_sequence);
  body_ += R"(,"usage":)";
  append_usage(body_, usage);
  body_ += '}';
}

void MessageSink::error(const chat::Error& error) {
  error_ = error;
  failed_ = true;
}

}  // namespace anthropic
