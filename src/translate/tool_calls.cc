#include "translate/tool_calls.h"

#include <algorithm>

#include "base/strings.h"
#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace translate {
namespace {

// Short ids such as call_0 come again in later turns, and the client pairs results by id.
constexpr size_t shortest_unique_id = 16;
constexpr size_t longest_id = 64;

bool is_legal_id(std::string_view id) {
  return id.size() >= shortest_unique_id && id.size() <= longest_id &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

bool is_json(std::string_view text) {
  json::Document document;
  return !document.parse(text);
}

// What the end of a text leaves open.
struct Open {
  std::string closers;  // of its brackets, the innermost first
  bool in_string = false;
};

Open open_brackets(std::string_view text) {
  Open open;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (open.in_string) {
      if (c == '\\') ++i;
      if (c == '"') open.in_string = false;
    } else if (c == '"') {
      open.in_string = true;
    } else if (c == '{' || c == '[') {
      open.closers += c == '{' ? '}' : ']';
    } else if ((c == '}' || c == ']') && !open.closers.empty()) {
      open.closers.pop_back();
    }
  }
  std::ranges::reverse(open.closers);
  return open;
}

}  // namespace

bool ToolCalls::is_taken(std::string_view id) const {
  return std::ranges::any_of(calls_, [&](const ToolCall& call) { return call.id == id; });
}

std::string ToolCalls::client_id(std::string_view upstream_id) const {
  if (is_legal_id(upstream_id) && !is_taken(upstream_id)) return std::string(upstream_id);
  std::string id;
  size_t number = calls_.size();
  do {
    id = id_seed_ + "_" + std::to_string(number++);
  } while (is_taken(id));
  return id;
}

ToolCall* ToolCalls::find(const chat::ToolDelta& delta) {
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if (delta.index) {
      if (call->index != delta.index) continue;
      const bool another =
          !delta.id.empty() && !call->upstream_id.empty() && delta.id != call->upstream_id;
      return another ? nullptr : &*call;
    }
    if (delta.id.empty() || delta.id == call->upstream_id) return &*call;
  }
  return nullptr;
}

void ToolCalls::add(const chat::ToolDelta& delta, bool only_first) {
  ToolCall* call = find(delta);
  // Without index and id a name after whole arguments begins another call, even the same name.
  const bool next_by_name = call != nullptr && !delta.name.empty() && !call->name.empty() &&
                            (delta.name != call->name || !delta.index) && delta.id.empty() &&
                            is_complete(*call);
  if (call == nullptr || next_by_name) {
    ToolCall made;
    made.index = delta.index;
    made.upstream_id = delta.id;
    made.id = client_id(delta.id);
    made.dropped = only_first && !calls_.empty();
    made.closed = made.dropped;
    calls_.push_back(std::move(made));
    call = &calls_.back();
  }

  // A name may come in pieces, or again with each piece.
  const bool unnamed = call->arguments.empty() || call->name.empty();
  if (!call->opened && unnamed && delta.name != call->name) call->name += delta.name;
  if (!call->closed) call->arguments += delta.arguments;
}

ToolCall* ToolCalls::current() {
  while (current_ < calls_.size() && calls_[current_].closed) ++current_;
  return current_ < calls_.size() ? &calls_[current_] : nullptr;
}

size_t ToolCalls::count() const {
  return static_cast<size_t>(std::ranges::count(calls_, false, &ToolCall::dropped));
}

bool ToolCalls::others_wait() const {
  for (size_t i = current_ + 1; i < calls_.size(); ++i)
    if (!calls_[i].closed) return true;
  return false;
}

bool is_complete(const ToolCall& call) {
  // Looking at the last character first spares parsing the same text for every fragment.
  return call.arguments.ends_with('}') && is_json(json::unescape(call.arguments));
}

std::string closing_brackets(const ToolCall& call) {
  const std::string text = json::unescape(call.arguments);
  if (text.empty() || is_json(text)) return {};
  const auto [closers, in_string] = open_brackets(text);
  if (in_string || !is_json(text + closers)) return {};
  return closers;
}

bool breaks_off(const ToolCall& call) {
  const std::string arguments = json::unescape(call.arguments);
  const std::string_view text = base::trim(arguments);
  const bool is_meant_as_json = !text.empty() && std::string_view("{[\"").contains(text.front());
  if (!is_meant_as_json || is_json(text)) return false;
  const auto [closers, in_string] = open_brackets(text);
  return in_string || !closers.empty();
}

}  // namespace translate
