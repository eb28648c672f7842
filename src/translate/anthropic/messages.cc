#include "translate/anthropic/messages.h"

#include <algorithm>

#include "protocol/json/text.h"

namespace translate::from_anthropic {
namespace {

using json::Kind;
using json::Value;

constexpr std::string_view billing_header = "x-anthropic-billing-header:";

bool is_role(Value message, std::string_view role) {
  return message["role"].equals(role);
}

bool is_type(Value block, std::string_view type) {
  return block["type"].equals(type);
}

// Without the line that names the client's version: it changes from session to session, and in old
// versions from request to request (R29, R31).
std::string_view without_billing(std::string_view escaped) {
  if (!escaped.starts_with(billing_header)) return escaped;
  const size_t line_end = escaped.find("\\n");
  return line_end == escaped.npos ? std::string_view() : escaped.substr(line_end + 2);
}

// An escaped text without white space at its end.
std::string_view trim_end(std::string_view text) {
  while (!text.empty()) {
    if (text.ends_with(' ')) {
      text.remove_suffix(1);
      continue;
    }
    if (!text.ends_with("\\n") && !text.ends_with("\\r") && !text.ends_with("\\t")) break;
    const size_t slashes_end = text.size() - 1;
    const size_t before = text.find_last_not_of('\\', slashes_end - 1);
    const size_t slashes = slashes_end - (before == text.npos ? 0 : before + 1);
    if (slashes % 2 == 0) break;  // a backslash, then the letter
    text.remove_suffix(2);
  }
  return text;
}

void trim_last(Parts& parts) {
  while (!parts.empty()) {
    parts.back().text = trim_end(parts.back().text);
    if (!parts.back().text.empty()) return;
    parts.pop_back();
  }
}

bool says_error(std::string_view text) {
  const size_t begin = text.find_first_not_of(" <[(\"*");
  if (begin == text.npos) return false;
  const std::string_view head = text.substr(begin, 20);
  return head.starts_with("Error") || head.starts_with("error") || head.starts_with("ERROR") ||
         head.starts_with("tool_use_error");
}

// Engines want ids that differ; to a call whose id came before in its turn this is appended (T18).
std::string id_suffix(std::span<const Value> calls, size_t index) {
  const auto earlier = calls.first(index);
  const auto same = std::ranges::count_if(
      earlier, [&](Value call) { return call["id"].escaped() == calls[index]["id"].escaped(); });
  return same == 0 ? std::string() : "_" + std::to_string(same + 1);
}

PastCall past_call(std::span<const Value> calls, size_t index, Content& content) {
  const Value block = calls[index];
  PastCall call;
  block["id"].append_escaped(call.id);
  call.id += id_suffix(calls, index);
  call.name = content.text(block["name"]);
  std::string arguments;
  const Value input = block["input"];
  json::append_compact(arguments, input.given() ? input.raw() : "{}");
  json::append_escaped(call.arguments, arguments);
  return call;
}

std::vector<Value> listed(Value array) {
  std::vector<Value> values;
  for (const Value value : array) values.push_back(value);
  return values;
}

}  // namespace

void Conversation::write(Value system, Value messages) {
  writer_.begin();
  leading_system(system);
  const std::vector<Value> list = listed(messages);
  size_t at = 0;
  while (at < list.size()) {
    if (is_role(list[at], "assistant")) {
      at = assistant_run(list, at);
    } else {
      others(list[at++]);
    }
  }
  writer_.end();
}

void Conversation::leading_system(Value system) {
  Parts parts;
  content_.read(system, parts);
  for (Part& part : parts) part.text = without_billing(part.text);
  std::erase_if(parts, [](const Part& part) { return part.text.empty(); });
  writer_.leading_system(parts);
}

// Assistant messages in a row are one: clients split what they received as one, and a call must not
// stand between another call and its result.
size_t Conversation::assistant_run(Messages messages, size_t at) {
  Turn turn;
  while (at < messages.size() && is_role(messages[at], "assistant"))
    read_assistant(messages[at++], turn);
  size_t replies_end = at;
  while (replies_end < messages.size() && !is_role(messages[replies_end], "assistant"))
    ++replies_end;
  prefill_ = at == messages.size() && turn.calls.empty();
  if (prefill_) trim_last(turn.said.text);
  if (prefill_ && turn.said.text.empty()) {
    prefill_ = false;
    return at;
  }
  for (size_t i = 0; i < turn.calls.size(); ++i)
    turn.said.calls.push_back(past_call(turn.calls, i, content_));
  writer_.assistant(turn.said);
  claimed_.clear();
  if (!turn.calls.empty()) reply(messages.subspan(at, replies_end - at), turn);
  return at;
}

void Conversation::read_assistant(Value message, Turn& turn) {
  const Value content = message["content"];
  if (content.is(Kind::string)) content_.read(content, turn.said.text);
  if (!content.is(Kind::array)) return;
  for (const Value block : content) {
    if (is_type(block, "tool_use")) {
      turn.calls.push_back(block);
    } else if (is_type(block, "thinking")) {
      const std::string_view text = content_.text(block["thinking"]);
      if (!text.empty()) turn.said.reasoning.push_back({.text = text});
    } else {
      content_.read_block(block, turn.said.text);
    }
  }
  for (Part& part : turn.said.text)  // no server takes an image from the assistant
    if (!part.image.empty()) part = {.text = "[image left out]"};
}

// The results of a turn's calls, in the order of the calls (they come in that of completion), then
// their images: a tool message cannot carry one, and none may stand between two results.
void Conversation::reply(Messages replies, const Turn& turn) {
  std::vector<Value> results;
  for (const Value message : replies)
    if (is_role(message, "user") && message["content"].is(Kind::array))
      for (const Value block : message["content"])
        if (is_type(block, "tool_result")) results.push_back(block);

  for (size_t i = 0; i < turn.calls.size(); ++i) {
    const std::string id = turn.calls[i]["id"].string();
    const auto same_id = [&](Value call) { return call["id"].equals(id); };
    const bool shared =
        std::any_of(turn.calls.begin() + static_cast<ptrdiff_t>(i) + 1, turn.calls.end(), same_id);
    std::vector<Value> own;
    for (const Value result : results) {
      if (shared && !own.empty()) break;
      if (!result["tool_use_id"].equals(id) || is_claimed(result)) continue;
      own.push_back(result);
      claimed_.push_back(result.raw().data());
    }
    writer_.tool(turn.said.calls[i].id, merge_results(own));
  }
  writer_.end_results();
}

bool Conversation::is_claimed(Value result) const {
  return std::ranges::find(claimed_, result.raw().data()) != claimed_.end();
}

// Several results of one call are one message; a copy of the one before is nothing new.
Parts Conversation::merge_results(std::span<const Value> results) {
  if (results.empty()) return {{.text = "[no result: interrupted]"}};
  Parts merged;
  for (size_t i = 0; i < results.size(); ++i) {
    if (i > 0 && results[i]["content"].raw() == results[i - 1]["content"].raw()) continue;
    const Parts parts = read_result(results[i]);
    merged.insert(merged.end(), parts.begin(), parts.end());
  }
  return merged;
}

Parts Conversation::read_result(Value result) {
  Parts parts;
  content_.read(result["content"], parts);
  if (parts.empty()) parts.push_back({.text = "(no output)"});
  Part& first = parts.front();
  if (!result["is_error"].is_true() || says_error(first.text)) return parts;
  if (first.image.empty()) {
    first.text = content_.keep("Error: " + std::string(first.text));
  } else {
    parts.insert(parts.begin(), {.text = "Error:"});
  }
  return parts;
}

void Conversation::others(Value message) {
  if (is_role(message, "system")) {
    inner_system(message);
  } else {
    user(message);
  }
}

void Conversation::inner_system(Value message) {
  Parts parts;
  content_.read(message["content"], parts);
  std::string joined;
  append_text(joined, parts);
  writer_.inner_system(std::move(joined));  // R02
}

void Conversation::user(Value message) {
  const Value content = message["content"];
  Parts parts;
  bool answered = false;
  if (content.is(Kind::string)) content_.read(content, parts);
  if (content.is(Kind::array)) {
    for (const Value block : content) {
      if (!is_type(block, "tool_result")) {
        content_.read_block(block, parts);
      } else if (is_claimed(block)) {
        answered = true;
      } else {
        orphan(block, parts);
      }
    }
  }
  if (parts.empty() && answered) return;
  if (parts.empty()) parts.push_back({.text = "(no content)"});
  writer_.user(parts);
}

void Conversation::orphan(Value block, Parts& parts) {
  parts.push_back({.text = "[result of a tool call that is not in the conversation]"});
  Parts result = read_result(block);
  Parts images;
  take_images(result, images, texts_);
  parts.insert(parts.end(), result.begin(), result.end());
  parts.insert(parts.end(), images.begin(), images.end());
}

}  // namespace translate::from_anthropic
