#include "translate/anthropic/messages.h"

#include <algorithm>

#include "protocol/json/text.h"

namespace translate::from_anthropic {
namespace {

using json::Kind;
using json::Value;

constexpr std::string_view billing_header = "x-anthropic-billing-header:";
constexpr std::string_view reminder = "<system-reminder>";

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

std::vector<Value> listed(Value array) {
  std::vector<Value> values;
  for (const Value value : array) values.push_back(value);
  return values;
}

}  // namespace

void Conversation::write(Value system, Value messages) {
  out_ += R"("messages":[)";
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
  flush_user();
  out_ += ']';
}

void Conversation::leading_system(Value system) {
  Parts parts;
  content_.read(system, parts);
  for (Part& part : parts) part.text = without_billing(part.text);
  std::erase_if(parts, [](const Part& part) { return part.text.empty(); });
  if (parts.empty()) return;
  open("system");
  out_ += R"("content":)";
  append_content(out_, parts);
  close();
}

// Assistant messages in a row are one: clients split what they received as one, and a call must not
// stand between another call and its result.
size_t Conversation::assistant_run(Messages messages, size_t at) {
  flush_user();
  Turn turn;
  while (at < messages.size() && is_role(messages[at], "assistant"))
    read_assistant(messages[at++], turn);
  size_t replies_end = at;
  while (replies_end < messages.size() && !is_role(messages[replies_end], "assistant"))
    ++replies_end;
  prefill_ = at == messages.size() && turn.calls.empty();
  if (prefill_) trim_last(turn.text);
  if (prefill_ && turn.text.empty()) {
    prefill_ = false;
    return at;
  }
  assistant(turn);
  claimed_.clear();
  if (!turn.calls.empty()) reply(messages.subspan(at, replies_end - at), turn);
  return at;
}

void Conversation::read_assistant(Value message, Turn& turn) {
  const Value content = message["content"];
  if (content.is(Kind::string)) content_.read(content, turn.text);
  if (!content.is(Kind::array)) return;
  for (const Value block : content) {
    if (is_type(block, "tool_use")) {
      turn.calls.push_back(block);
    } else if (is_type(block, "thinking")) {
      const std::string_view text = content_.text(block["thinking"]);
      if (!text.empty()) turn.reasoning.push_back({text, {}});
    } else {
      content_.read_block(block, turn.text);
    }
  }
  for (Part& part : turn.text)  // no server takes an image from the assistant
    if (part.image) part = {"[image left out]", {}};
}

void Conversation::assistant(const Turn& turn) {
  const bool reasoning = profile_.reasoning_history && !turn.reasoning.empty();
  if (turn.text.empty() && turn.calls.empty() && !reasoning) return;
  open("assistant");
  out_ += R"("content":)";
  if (turn.text.empty() && !turn.calls.empty()) {
    out_ += "null";
  } else {
    append_content(out_, turn.text);
  }
  if (reasoning) {
    out_ += profile_.engine == Engine::vllm ? R"(,"reasoning":")" : R"(,"reasoning_content":")";
    append_text(out_, turn.reasoning);
    out_ += '"';
  }
  if (!turn.calls.empty()) {
    out_ += R"(,"tool_calls":[)";
    for (size_t i = 0; i < turn.calls.size(); ++i)
      tool_call(turn.calls[i], id_suffix(turn.calls, i));
    out_.back() = ']';
  }
  close();
}

// Ends with a comma.
void Conversation::tool_call(Value block, std::string_view suffix) {
  out_ += R"({"id":")";
  block["id"].append_escaped(out_);
  out_ += suffix;
  out_ += R"(","type":"function","function":{"name":")";
  block["name"].append_escaped(out_);
  out_ += R"(","arguments":")";
  std::string arguments;
  const Value input = block["input"];
  json::append_compact(arguments, input.given() ? input.raw() : "{}");
  json::append_escaped(out_, arguments);
  out_ += R"("}},)";
}

// The results of a turn's calls, in the order of the calls (they come in that of completion), then
// their images: a tool message cannot carry one, and none may stand between two results.
void Conversation::reply(Messages replies, const Turn& turn) {
  std::vector<Value> results;
  for (const Value message : replies)
    if (is_role(message, "user") && message["content"].is(Kind::array))
      for (const Value block : message["content"])
        if (is_type(block, "tool_result")) results.push_back(block);

  Parts images;
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
    tool_result(turn.calls[i], id_suffix(turn.calls, i), own, images);
  }
  if (images.empty()) return;
  images.insert(images.begin(), {"Images of the tool results above, in their order:", {}});
  add_user(images, false);
}

bool Conversation::is_claimed(Value result) const {
  return std::ranges::find(claimed_, result.raw().data()) != claimed_.end();
}

// Several results of one call are one message; a copy of the one before is nothing new.
void Conversation::tool_result(Value call, std::string_view suffix, std::span<const Value> results,
                               Parts& images) {
  Parts texts;
  if (results.empty()) texts.push_back({"[no result: interrupted]", {}});
  for (size_t i = 0; i < results.size(); ++i)
    if (i == 0 || results[i]["content"].raw() != results[i - 1]["content"].raw())
      read_result(results[i], texts, images);
  open("tool");
  out_ += R"("tool_call_id":")";
  call["id"].append_escaped(out_);
  out_ += suffix;
  out_ += R"(","content":)";
  append_content(out_, texts);
  close();
}

void Conversation::read_result(Value result, Parts& texts, Parts& images) {
  Parts parts;
  content_.read(result["content"], parts);
  if (parts.empty()) parts.push_back({"(no output)", {}});
  for (Part& part : parts) {
    if (!part.image) continue;
    images.push_back(part);
    part = {content_.keep("[image " + std::to_string(images.size()) + ": in the next message]"),
            {}};
  }
  if (result["is_error"].is_true() && !says_error(parts.front().text))
    parts.front().text = content_.keep("Error: " + std::string(parts.front().text));
  texts.insert(texts.end(), parts.begin(), parts.end());
}

void Conversation::others(Value message) {
  if (is_role(message, "system")) {
    inner_system(message);
  } else {
    user(message);
  }
}

// Kept where it is, or made a reminder in the user's turn; never moved to the front, which would
// change the prompt from its beginning (R02).
void Conversation::inner_system(Value message) {
  Parts parts;
  content_.read(message["content"], parts);
  std::string joined;
  append_text(joined, parts);
  if (joined.empty()) return;
  const bool first = call_.blocks.empty() && pending_.empty();
  if (profile_.inline_system || first) {
    flush_user();
    open("system");
    out_ += R"("content":")" + joined + '"';
    close();
    return;
  }
  if (!joined.starts_with(reminder))
    joined = std::string(reminder) + "\\n" + joined + "\\n</system-reminder>";
  add_user({{content_.keep(std::move(joined)), {}}}, true);
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
  if (parts.empty()) parts.push_back({"(no content)", {}});
  add_user(parts, false);
}

void Conversation::orphan(Value block, Parts& parts) {
  parts.push_back({"[result of a tool call that is not in the conversation]", {}});
  Parts images;
  read_result(block, parts, images);
  parts.insert(parts.end(), images.begin(), images.end());
}

void Conversation::add_user(const Parts& parts, bool folded) {
  if (!profile_.merge_same_role && !folded && !pending_folded_) flush_user();
  pending_.insert(pending_.end(), parts.begin(), parts.end());
  pending_folded_ = folded;
}

void Conversation::flush_user() {
  if (pending_.empty()) return;
  open("user");
  out_ += R"("content":)";
  append_content(out_, pending_);
  close();
  pending_.clear();
  pending_folded_ = false;
}

void Conversation::open(std::string_view role) {
  if (!call_.blocks.empty()) out_ += ',';
  call_.blocks.push_back({role, out_.size(), 0});
  out_ += R"({"role":")";
  out_ += role;
  out_ += "\",";
}

void Conversation::close() {
  out_ += '}';
  call_.blocks.back().end = out_.size();
}

}  // namespace translate::from_anthropic
