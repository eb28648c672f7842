#include "translate/anthropic/stream.h"

#include <algorithm>
#include <utility>

namespace translate {
namespace {

using anthropic::BlockType;

// A mark, not a proof: it lets a later reader know thinking that a local model made.
constexpr std::string_view local_signature = "autosre-local";

constexpr std::string_view no_answer = "[The model returned an empty answer.]";

bool is_blank(std::string_view escaped) {
  for (size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == ' ') continue;
    const std::string_view pair = escaped.substr(i, 2);
    if (pair != "\\n" && pair != "\\r" && pair != "\\t") return false;
    ++i;
  }
  return true;
}

std::string id_seed(std::string_view message_id) {
  const size_t underscore = message_id.find('_');
  return std::string(message_id.substr(underscore == message_id.npos ? 0 : underscore + 1));
}

}  // namespace

AnthropicStream::AnthropicStream(anthropic::Sink& sink, StreamStart start)
    : sink_(sink),
      start_(std::move(start)),
      splitter_(start_.thinking_prefilled),
      tools_(id_seed(start_.message.id)) {
  sink_.message_start(start_.message);
}

void AnthropicStream::on(const chat::Chunk& chunk) {
  if (ended_) return;
  if (chunk.error) {
    const int status = chunk.error_status >= 400 ? chunk.error_status : 500;
    fail({anthropic::error_type(status), *chunk.error, 0});
    return;
  }
  if (chunk.usage) {
    const int64_t cached = std::clamp<int64_t>(chunk.usage->cached_tokens, 0,
                                               std::max<int64_t>(chunk.usage->prompt_tokens, 0));
    const auto prompt = std::max<int64_t>(chunk.usage->prompt_tokens, 0);
    usage_ = {prompt - cached, cached, std::max<int64_t>(chunk.usage->completion_tokens, 0)};
  }
  if (!finish_reason_.empty()) return;
  if (!start_.discard_output) {
    if (!chunk.reasoning.empty()) reasoning(chunk.reasoning);
    if (!chunk.content.empty()) {
      if (splitter_.transparent()) {
        text(chunk.content);
      } else {
        const auto [thought, said] = splitter_.split(chunk.content);
        if (!thought.empty()) reasoning(thought);
        if (!said.empty()) text(said);
      }
    }
    if (!chunk.refusal.empty()) {
      refused_ = true;
      text(chunk.refusal);
    }
    for (const chat::ToolDelta& delta : chunk.tools) tool(delta);
  }
  if (!chunk.finish_reason.empty()) {
    finish_reason_ = chunk.finish_reason;
    matched_stop_ = chunk.matched_stop;
    if (refused_ && finish_reason_ == "stop") finish_reason_ = "content_filter";
  }
}

void AnthropicStream::reasoning(std::string_view escaped) {
  if (start_.thinking_disabled) {
    hidden_reasoning_ += escaped;
    return;
  }
  if (open_ != BlockType::thinking) {
    if (const ToolCall* call = tools_.current(); call != nullptr && !is_complete(*call)) {
      held_.push_back({true, std::string(escaped)});
      return;
    }
    if (is_blank(escaped)) return;
    pump_tools(true);
    flush_held();
    close();
    open(BlockType::thinking);
  }
  sink_.delta(escaped);
}

void AnthropicStream::text(std::string_view escaped) {
  look_for_markup(escaped);
  if (open_ == BlockType::text) {
    sink_.delta(escaped);
    return;
  }
  if (const ToolCall* call = tools_.current(); call != nullptr && !is_complete(*call)) {
    held_.push_back({false, std::string(escaped)});
    return;
  }
  // A block of nothing but space would be refused when the client sends it back.
  if (is_blank(escaped)) {
    blank_ += escaped;
    return;
  }
  pump_tools(true);
  flush_held();
  if (open_ != BlockType::text) {
    close();
    open(BlockType::text);
  }
  if (!blank_.empty()) sink_.delta(blank_);
  blank_.clear();
  sink_.delta(escaped);
}

void AnthropicStream::flush_held() {
  const std::vector<Held> held = std::exchange(held_, {});
  for (const Held& part : held) {
    if (part.is_reasoning) {
      reasoning(part.escaped);
    } else {
      text(part.escaped);
    }
  }
}

void AnthropicStream::look_for_markup(std::string_view escaped) {
  if (raw_tool_markup_) return;
  if (markup_.empty() && escaped.find_first_of("<\\") == escaped.npos) return;
  append_with_plain_tags(markup_, escaped);
  raw_tool_markup_ = markup_.contains("<tool_call>") || markup_.contains("<function=");
  const size_t last = markup_.rfind('<');
  constexpr size_t longest_mark = 11;
  if (last == markup_.npos || markup_.size() - last >= longest_mark) {
    markup_.clear();
  } else {
    markup_.erase(0, last);
  }
}

void AnthropicStream::tool(const chat::ToolDelta& delta) {
  blank_.clear();
  tools_.add(delta, start_.one_tool_call);
  pump_tools(false);
}

// Sends what may be sent. `complete`: no more fragments will come for the calls so far.
void AnthropicStream::pump_tools(bool complete) {
  while (ToolCall* call = tools_.current()) {
    if (!call->opened) {
      // The name may still grow until the arguments begin.
      if (call->arguments.empty() && !complete && !tools_.others_wait()) return;
      const bool cut = finish_reason_ == "length" && call->arguments.empty();
      if (call->name.empty() || cut) {
        if (!complete) return;
        call->closed = true;
        continue;
      }
      close();
      open(BlockType::tool_use, call->id, call->name);
      call->opened = true;
    }
    if (call->sent < call->arguments.size()) {
      sink_.delta(std::string_view(call->arguments).substr(call->sent));
      call->sent = call->arguments.size();
    }
    const bool done = complete || (tools_.others_wait() && is_complete(*call));
    if (!done) return;
    if (call->arguments.empty()) sink_.delta("{}");
    // A call that the token limit cut stays broken, so that the client does not run it.
    const std::string closers = finish_reason_ == "length" ? "" : closing_brackets(*call);
    if (!closers.empty()) sink_.delta(closers);
    call->closed = true;
    close();
  }
}

void AnthropicStream::open(BlockType type, std::string_view id, std::string_view name) {
  sink_.block_start(next_index_++, type, id, name);
  open_ = type;
  if (type != BlockType::thinking) answered_ = true;
  if (type == BlockType::tool_use) ++tool_count_;
}

void AnthropicStream::close() {
  if (!open_) return;
  if (open_ == BlockType::tool_use)
    if (ToolCall* call = tools_.current(); call != nullptr && call->opened) call->closed = true;
  if (open_ == BlockType::thinking) sink_.signature(local_signature);
  sink_.block_stop();
  open_.reset();
}

void AnthropicStream::ensure_answer() {
  if (answered_ || start_.discard_output) return;
  if (!is_blank(hidden_reasoning_)) {
    text(hidden_reasoning_);
  } else if (finish_reason_ != "length" || next_index_ == 0) {
    // Without a text or a tool call Claude Code asks the same again, and again.
    text(no_answer);
  }
}

std::string_view AnthropicStream::decide_stop_reason() const {
  if (finish_reason_ == "length") return "max_tokens";
  if (start_.discard_output && !finish_reason_.empty()) return "max_tokens";
  if (finish_reason_ == "content_filter") return "refusal";
  if (finish_reason_ == "stop" || finish_reason_ == "tool_calls" ||
      finish_reason_ == "function_call" || finish_reason_ == "eos") {
    if (tool_count_ > 0) return "tool_use";
    return matched_stop_.empty() ? "end_turn" : "stop_sequence";
  }
  return {};
}

void AnthropicStream::finish() {
  if (ended_) return;
  if (decide_stop_reason().empty()) {
    fail({anthropic::ErrorType::api_error,
          finish_reason_.empty() ? "the model server ended the answer before it was complete"
                                 : "the model server gave up the answer (" + finish_reason_ + ")",
          0});
    return;
  }
  if (const auto [thought, said] = splitter_.rest(); !thought.empty() || !said.empty()) {
    if (!thought.empty()) reasoning(thought);
    if (!said.empty()) text(said);
  }
  pump_tools(true);
  flush_held();
  ensure_answer();
  close();
  stop_reason_ = decide_stop_reason();
  const bool by_sequence = stop_reason_ == "stop_sequence";
  sink_.message_end(stop_reason_, by_sequence ? matched_stop_ : std::string_view(), usage_);
  ended_ = true;
}

void AnthropicStream::fail(const anthropic::Error& error) {
  if (ended_) return;
  sink_.error(error);
  ended_ = true;
}

}  // namespace translate
