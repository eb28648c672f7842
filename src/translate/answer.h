// A Chat Completions answer, chunk by chunk, becomes blocks of text, reasoning and tool calls for a
// client's protocol. Pure: no clock, no socket. Whatever comes in, the sink is called in its order:
// start; blocks numbered from 0, one open at a time, each closed; then end, or one error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/chat/chunk.h"
#include "protocol/chat/sink.h"
#include "translate/think_splitter.h"
#include "translate/tool_calls.h"

namespace translate {

struct AnswerOptions {
  chat::AnswerStart start{};
  std::string_view call_prefix = "toolu_";  // of the ids made for tool calls
  bool one_tool_call = false;       // the client forbade parallel calls: only the first goes out
  bool thinking_disabled = false;   // reasoning is not shown, unless nothing else comes
  bool thinking_prefilled = false;  // the template has opened <think> already
  bool discard_output = false;      // max_tokens 0: the client wants the prompt cached, no answer
  // For a client that runs what it is given and takes silence for the end: an answer of nothing, or
  // with a call that breaks off inside its arguments, is an error.
  bool whole_or_error = false;
  // For a client that puts the answer in the place of its whole conversation: a tool call, or what
  // the server left of one at the beginning of a line, is an error.
  bool words_only = false;
  int64_t estimated_prompt = 0;  // tokens, where the server counts none
};

class AnswerStream {
 public:
  // Calls the sink's start() at once.
  AnswerStream(chat::Sink& sink, AnswerOptions options);

  void on(const chat::Chunk& chunk);
  // The upstream is done: ends the message, or fails it when no finish_reason came.
  void finish();
  void fail(const chat::Error& error);

  bool ended() const { return ended_; }
  bool has_output() const { return next_index_ > 0; }
  // Known once ended; empty after an error.
  std::string_view stop_reason() const { return stop_reason_; }
  const chat::Usage& usage() const { return usage_; }
  size_t tool_count() const { return tool_count_; }
  // The text holds what looks like a tool call that the server did not parse.
  bool has_raw_tool_markup() const { return raw_tool_markup_; }

 private:
  void reasoning(std::string_view escaped);
  void text(std::string_view escaped);
  void tool(const chat::ToolDelta& delta);
  void open(chat::BlockType type, std::string_view id = {}, std::string_view name = {});
  void close();
  void pump_tools(bool complete);
  void flush_held();
  void ensure_answer();
  chat::Usage final_usage() const;
  void take_output(const chat::Chunk& chunk);
  void look_for_markup(std::string_view escaped);
  // Empty when the finish_reason is none that a whole answer has.
  std::string_view decide_stop_reason() const;

  chat::Sink& sink_;
  AnswerOptions options_;
  ThinkSplitter splitter_;
  ToolCalls tools_;
  int next_index_ = 0;
  std::optional<chat::BlockType> open_;
  std::string blank_;  // whitespace that no text has followed yet
  struct Held {
    bool is_reasoning;
    std::string escaped;
  };
  std::vector<Held> held_;  // came while a tool call was unfinished
  std::string hidden_reasoning_;
  std::string markup_;  // the text since a "<" that may begin a tool call's markup
  std::string words_;   // all of the text, where only words are wanted
  size_t tool_count_ = 0;
  bool refused_ = false;
  std::string finish_reason_;
  std::string matched_stop_;
  std::string_view stop_reason_;
  std::optional<chat::Usage> counted_;
  size_t output_bytes_ = 0;
  chat::Usage usage_;
  bool answered_ = false;  // a text or a tool call went out
  bool raw_tool_markup_ = false;
  bool cut_call_ = false;
  bool ended_ = false;
};

}  // namespace translate
