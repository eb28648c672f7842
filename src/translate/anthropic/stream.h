// A Chat Completions answer, chunk by chunk, becomes an Anthropic message. Pure: no clock, no
// socket. Whatever comes in, what goes out keeps the Messages grammar: one message_start; blocks
// numbered from 0, one open at a time, each closed; then message_delta and message_stop, or one
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/anthropic/sink.h"
#include "protocol/chat/chunk.h"
#include "translate/anthropic/think_splitter.h"
#include "translate/anthropic/tool_calls.h"

namespace translate {

struct StreamStart {
  anthropic::MessageStart message;
  bool one_tool_call = false;       // the client forbade parallel calls: only the first goes out
  bool thinking_disabled = false;   // reasoning is not shown, unless nothing else comes
  bool thinking_prefilled = false;  // the template has opened <think> already
  bool discard_output = false;      // max_tokens 0: the client wants the prompt cached, no answer
};

class AnthropicStream {
 public:
  // Sends message_start at once.
  AnthropicStream(anthropic::Sink& sink, StreamStart start);

  void on(const chat::Chunk& chunk);
  // The upstream is done: ends the message, or fails it when no finish_reason came.
  void finish();
  void fail(const anthropic::Error& error);

  bool ended() const { return ended_; }
  bool has_output() const { return next_index_ > 0; }
  // Known once ended; empty after an error.
  std::string_view stop_reason() const { return stop_reason_; }
  const anthropic::Usage& usage() const { return usage_; }
  size_t tool_count() const { return tool_count_; }
  // The text holds what looks like a tool call that the server did not parse.
  bool has_raw_tool_markup() const { return raw_tool_markup_; }

 private:
  void reasoning(std::string_view escaped);
  void text(std::string_view escaped);
  void tool(const chat::ToolDelta& delta);
  void open(anthropic::BlockType type, std::string_view id = {}, std::string_view name = {});
  void close();
  void pump_tools(bool complete);
  void flush_held();
  void ensure_answer();
  void look_for_markup(std::string_view escaped);
  // Empty when the finish_reason is none that a whole answer has.
  std::string_view decide_stop_reason() const;

  anthropic::Sink& sink_;
  StreamStart start_;
  ThinkSplitter splitter_;
  ToolCalls tools_;
  int next_index_ = 0;
  std::optional<anthropic::BlockType> open_;
  std::string blank_;  // whitespace that no text has followed yet
                       // came while a tool call was unfinished
  struct Held {
    bool is_reasoning;
    std::string escaped;
  };
  std::vector<Held> held_;  // came while a tool call was unfinished
  std::string hidden_reasoning_;
  std::string markup_;  // the text since a "<" that may begin a tool call's markup
  size_t tool_count_ = 0;
  bool refused_ = false;
  std::string finish_reason_;
  std::string matched_stop_;
  std::string_view stop_reason_;
  anthropic::Usage usage_;
  bool answered_ = false;  // a text or a tool call went out
  bool raw_tool_markup_ = false;
  bool ended_ = false;
};

}  // namespace translate
