#include "translate/answer.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "protocol/json/text.h"
#include "translate/upstream_error.h"

namespace translate {
namespace {

using chat::BlockType;

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

// Unique among answers, for the ids of their calls.
std::string id_seed(const AnswerOptions& options) {
  const std::string_view id = options.start.id;
  const size_t underscore = id.find('_');
  std::string seed(options.call_prefix);
  return seed += id.substr(underscore == id.npos ? 0 : underscore + 1);
}

// Words that are about tool calls name the tags within a line.
bool has_call_as_text(std::string_view text) {
  return std::ranges::any_of(base::split(text, '\n'), [](std::string_view line) {
    line = base::trim(line);
    return line.starts_with("<tool_call>") || line.starts_with("<function=");
  });
}

}  // namespace

AnswerStream::AnswerStream(chat::Sink& sink, AnswerOptions options)
    : sink_(sink),
      options_(std::move(options)),
      splitter_(options_.thinking_prefilled),
      tools_(id_seed(options_)) {
  sink_.start(options_.start);
}

void AnswerStream::on(const chat::Chunk& chunk) {
  if (ended_) return;
  if (chunk.error) {
    fail(stream_error(chunk.error_status >= 400 ? chunk.error_status : 500, *chunk.error));
    return;
  }
  if (chunk.usage) counted_ = chunk.usage;
  if (!finish_reason_.empty()) return;
  if (!options_.discard_output) take_output(chunk);
  if (!chunk.finish_reason.empty()) {
    finish_reason_ = chunk.finish_reason;
    matched_stop_ = chunk.matched_stop;
    if (refused_ && finish_reason_ == "stop") finish_reason_ = "content_filter";
  }
}

void AnswerStream::take_output(const chat::Chunk& chunk) {
  output_bytes_ += chunk.reasoning.size() + chunk.content.size();
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

void AnswerStream::reasoning(std::string_view escaped) {
  if (options_.thinking_disabled) {
    hidden_reasoning_ += escaped;
    return;
  }
  if (open_ != BlockType::reasoning) {
    if (const ToolCall* call = tools_.current(); call != nullptr && !is_complete(*call)) {
      held_.push_back({true, std::string(escaped)});
      return;
    }
    if (is_blank(escaped)) return;
    pump_tools(true);
    flush_held();
    close();
    open(BlockType::reasoning);
  }
  sink_.delta(escaped);
}

void AnswerStream::text(std::string_view escaped) {
  look_for_markup(escaped);
  if (options_.words_only) words_ += escaped;
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

void AnswerStream::flush_held() {
  const std::vector<Held> held = std::exchange(held_, {});
  for (const Held& part : held) {
    if (part.is_reasoning) {
      reasoning(part.escaped);
    } else {
      text(part.escaped);
    }
  }
}

void AnswerStream::look_for_markup(std::string_view escaped) {
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

void AnswerStream::tool(const chat::ToolDelta& delta) {
  blank_.clear();
  output_bytes_ += delta.arguments.size();
  tools_.add(delta, options_.one_tool_call);
  pump_tools(false);
}

// Sends what may be sent. `complete`: no more fragments will come for the calls so far.
void AnswerStream::pump_tools(bool complete) {
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
      open(BlockType::tool_call, call->id, call->name);
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
    const bool mend = finish_reason_ != "length" && !options_.whole_or_error;
    const std::string closers = mend ? closing_brackets(*call) : "";
    if (!closers.empty()) sink_.delta(closers);
    cut_call_ |= closers.empty() && breaks_off(*call);
    call->closed = true;
    close();
  }
}

void AnswerStream::open(BlockType type, std::string_view id, std::string_view name) {
  sink_.block_start(next_index_++, type, id, name);
  open_ = type;
  if (type != BlockType::reasoning) answered_ = true;
  if (type == BlockType::tool_call) ++tool_count_;
}

void AnswerStream::close() {
  if (!open_) return;
  if (open_ == BlockType::tool_call)
    if (ToolCall* call = tools_.current(); call != nullptr && call->opened) call->closed = true;
  sink_.block_stop();
  open_.reset();
}

void AnswerStream::ensure_answer() {
  if (answered_ || options_.discard_output) return;
  if (!is_blank(hidden_reasoning_)) {
    text(hidden_reasoning_);
  } else if (!options_.whole_or_error && (finish_reason_ != "length" || next_index_ == 0)) {
    // Without a text or a tool call Claude Code asks the same again, and again.
    text(no_answer);
  }
}

std::string_view AnswerStream::decide_stop_reason() const {
  if (finish_reason_ == "length") return "max_tokens";
  if (options_.discard_output && !finish_reason_.empty()) return "max_tokens";
  if (finish_reason_ == "content_filter") return refused_ ? "refusal" : "content_filter";
  if (finish_reason_ == "stop" || finish_reason_ == "tool_calls" ||
      finish_reason_ == "function_call" || finish_reason_ == "eos") {
    if (tool_count_ > 0) return "tool_use";
    return matched_stop_.empty() ? "end_turn" : "stop_sequence";
  }
  return {};
}

chat::Usage AnswerStream::final_usage() const {
  constexpr int64_t bytes_per_token = 4;
  if (!counted_ && options_.estimated_prompt > 0)
    return {.prompt_tokens = options_.estimated_prompt,
            .completion_tokens = static_cast<int64_t>(output_bytes_) / bytes_per_token + 1};
  const chat::Usage counted = counted_.value_or(chat::Usage{});
  const auto prompt = std::max<int64_t>(counted.prompt_tokens, 0);
  const auto completion = std::max<int64_t>(counted.completion_tokens, 0);
  return {.prompt_tokens = prompt,
          .completion_tokens = completion,
          .cached_tokens = std::clamp<int64_t>(counted.cached_tokens, 0, prompt),
          .reasoning_tokens = std::clamp<int64_t>(counted.reasoning_tokens, 0, completion)};
}

void AnswerStream::finish() {
  if (ended_) return;
  if (decide_stop_reason().empty()) {
    fail({chat::ErrorKind::server,
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
  const bool nothing = !answered_ && finish_reason_ != "length";
  if (options_.whole_or_error && (nothing || (cut_call_ && finish_reason_ != "length"))) {
    fail({chat::ErrorKind::server,
          nothing ? "the model returned an empty answer" : "the model's tool call is cut off", 0});
    return;
  }
  if (options_.words_only && (tool_count_ > 0 || has_call_as_text(json::unescape(words_)))) {
    fail({chat::ErrorKind::server, "the model called a tool instead of writing a summary", 0});
    return;
  }
  usage_ = final_usage();
  stop_reason_ = decide_stop_reason();
  const bool by_sequence = stop_reason_ == "stop_sequence";
  sink_.end(stop_reason_, by_sequence ? matched_stop_ : std::string_view(), usage_);
  ended_ = true;
}

void AnswerStream::fail(const chat::Error& error) {
  if (ended_) return;
  sink_.error(error);
  ended_ = true;
}

}  // namespace translate
