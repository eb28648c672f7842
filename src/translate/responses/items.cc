#include "translate/responses/items.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "protocol/json/text.h"
#include "protocol/responses/envelope.h"
#include "translate/responses/tools.h"

namespace translate::from_responses {
namespace {

using json::Kind;
using json::Value;

// How every text begins that OpenAI's servers have encrypted (a Fernet token's version and time).
constexpr std::string_view openai_cipher = "gAAAA";

bool is_type(Value item, std::initializer_list<std::string_view> types) {
  const Value type = item["type"];
  return std::ranges::any_of(types, [&](std::string_view name) { return type.equals(name); });
}

bool is_message(Value item) {
  return !item["type"].given() || item["type"].equals("message");
}

bool is_instruction(Value item) {
  return is_message(item) && (item["role"].equals("system") || item["role"].equals("developer"));
}

bool is_call(Value item) {
  return is_type(item, {"function_call", "custom_tool_call", "tool_search_call"});
}

bool is_output(Value item) {
  return is_type(item, {"function_call_output", "custom_tool_call_output", "tool_search_output"});
}

bool is_summary(Value item) {
  return is_type(item, {"compaction", "compaction_summary", "context_compaction"});
}

bool is_said(Value item) {
  return is_message(item) ? item["role"].equals("assistant")
                          : is_call(item) || is_type(item, {"reasoning"});
}

// Settings, and what the API's own tools did, say nothing to another model.
bool is_silent(Value item) {
  return !is_message(item) && !is_said(item) && !is_output(item) && !is_summary(item) &&
         !is_type(item, {"agent_message"});
}

// A call's arguments as the text of a JSON object, whatever the model once wrote: engines parse
// what stands in the history, and fail for good on what they cannot (cases 21, 22).
std::string arguments_text(Value item) {
  std::string out;
  if (is_type(item, {"custom_tool_call"})) {
    out = R"({"input":")";
    item["input"].append_escaped(out);
    return out + "\"}";
  }
  const Value arguments = item["arguments"];
  if (arguments.is(Kind::object)) {
    json::append_compact(out, arguments.raw());
    return out;
  }
  const std::string written = arguments.string();
  json::Document document;
  if (!document.parse(written) && document.root().is(Kind::object)) {
    json::append_compact(out, written);
    return out;
  }
  if (written.empty()) return "{}";
  return "{\"_raw\":" + json::quoted(written) + "}";
}

ToolOrigin origin_of(Value item) {
  if (is_type(item, {"tool_search_call"})) return {ToolKind::search, {}, "tool_search"};
  const bool custom = is_type(item, {"custom_tool_call"});
  return {custom ? ToolKind::custom : ToolKind::function, item["namespace"].string(),
          item["name"].string()};
}

// Engines want ids that differ within a turn; an empty one is none.
std::string unique_id(Value item, const std::vector<PastCall>& calls) {
  std::string id;
  item["call_id"].append_escaped(id);
  if (id.empty()) id = "call";
  const auto taken = [&](const std::string& wanted) {
    return std::ranges::any_of(calls, [&](const PastCall& call) { return call.id == wanted; });
  };
  std::string unique = id;
  for (size_t number = 2; taken(unique); ++number) unique = id + "_" + std::to_string(number);
  return unique;
}

}  // namespace

std::string_view Items::text(Value string) {
  if (!string.has_surrogates()) return string.escaped();
  std::string mended;
  string.append_escaped(mended);
  return texts_.keep(std::move(mended));
}

void Items::write(Value instructions, std::string_view more, List items, std::string_view closing) {
  writer_.begin();
  size_t at = leading_system(instructions, more, items);
  while (at < items.size()) {
    if (is_said(items[at])) {
      at = assistant_run(items, at);
    } else {
      other(items[at++]);
    }
  }
  if (!closing.empty()) writer_.user({{.text = closing}});
  writer_.end();
}

// One system message at the beginning is what every template takes (cases 16, 17).
size_t Items::leading_system(Value instructions, std::string_view more, List items) {
  Parts parts;
  read(instructions, parts);
  size_t at = 0;
  for (; at < items.size(); ++at) {
    if (is_silent(items[at])) continue;
    if (!is_instruction(items[at])) break;
    read(items[at]["content"], parts);
  }
  if (!more.empty()) parts.push_back({.text = more});
  writer_.leading_system(parts);
  return at;
}

// Reasoning, words and calls up to the next output are one message. Words between a call and its
// output belong there too: nothing may stand between these (cases 15, 18, 19).
size_t Items::assistant_run(List items, size_t at) {
  AssistantTurn turn;
  std::vector<Value> calls;
  size_t end = at;
  for (; end < items.size() && (is_said(items[end]) || is_silent(items[end])); ++end) {
    if (is_silent(items[end])) continue;  // it parts no turn
    take_said(items[end], turn);
    if (is_call(items[end])) calls.push_back(items[end]);
  }
  size_t replies_end = end;
  while (replies_end < items.size() && !is_said(items[replies_end])) ++replies_end;
  writer_.assistant(turn);
  claimed_.clear();
  write_outputs(calls, turn, items.subspan(end, replies_end - end));
  return end;
}

void Items::take_said(Value item, AssistantTurn& turn) {
  if (is_call(item)) return take_call(item, turn);
  if (is_type(item, {"reasoning"})) return take_reasoning(item, turn);
  const size_t before = turn.text.size();
  read(item["content"], turn.text);
  for (size_t i = before; i < turn.text.size(); ++i)  // no server takes an image from the assistant
    if (!turn.text[i].image.empty()) turn.text[i] = {.text = "[image left out]"};
}

// The text itself, or what this proxy once packed as encrypted content; another server's is
// nothing that could be read (cases 27, 29).
void Items::take_reasoning(Value item, AssistantTurn& turn) {
  const size_t before = turn.reasoning.size();
  if (item["content"].is(Kind::array)) read(item["content"], turn.reasoning);
  if (turn.reasoning.size() > before) return;
  const std::string_view packed = responses::unpack(text(item["encrypted_content"]));
  if (!packed.empty()) turn.reasoning.push_back({.text = packed});
}

void Items::take_call(Value item, AssistantTurn& turn) {
  PastCall call;
  call.id = unique_id(item, turn.calls);
  call.name = names_.add(origin_of(item)).function_name;
  json::append_escaped(call.arguments, arguments_text(item));
  turn.calls.push_back(std::move(call));
}

// In the order of the calls; a call that has none gets a word in its place (case 20).
void Items::write_outputs(List calls, const AssistantTurn& turn, List replies) {
  for (size_t i = 0; i < calls.size(); ++i) {
    const std::string id = calls[i]["call_id"].string();
    const auto own = std::ranges::find_if(replies, [&](Value item) {
      return is_output(item) && item["call_id"].equals(id) && !is_claimed(item);
    });
    if (own == replies.end()) {
      writer_.tool(turn.calls[i].id, {{.text = "[no result: interrupted]"}});
      continue;
    }
    claimed_.push_back(own->raw().data());
    writer_.tool(turn.calls[i].id, output_of(*own));
  }
  writer_.end_results();
}

bool Items::is_claimed(Value item) const {
  return std::ranges::find(claimed_, item.raw().data()) != claimed_.end();
}

Parts Items::output_of(Value item) {
  Parts parts;
  if (is_type(item, {"tool_search_output"})) {
    ToolNames found;
    ToolList list = choose_tools(item["tools"], found);
    std::string names;
    for (const ListedTool& tool : list.shown)
      names += (names.empty() ? "" : ", ") + names_.add(tool.name->origin).function_name;
    parts.push_back(
        {.text = names.empty() ? "(no tool found)" : texts_.keep("Loaded tools: " + names)});
    return parts;
  }
  read(item["output"], parts);
  if (parts.empty()) parts.push_back({.text = "(no output)"});
  return parts;
}

void Items::other(Value item) {
  if (is_message(item)) return message(item);
  if (is_output(item)) {
    if (is_claimed(item)) return;
    Parts parts = output_of(item);
    parts.insert(parts.begin(),
                 {.text = "[result of a tool call that is not in the conversation]"});
    writer_.user(parts);
    return;
  }
  if (is_summary(item)) {
    const std::string_view summary = responses::unpack(text(item["encrypted_content"]));
    writer_.user(
        {{.text = "Summary of the conversation before this point:"},
         {.text = summary.empty() ? "[another server's; it cannot be read here]" : summary}});
    return;
  }
  if (is_silent(item)) return;
  Parts parts;  // of an agent's message
  read(item["content"], parts);
  if (!parts.empty()) writer_.user(parts);
}

void Items::message(Value item) {
  Parts parts;
  read(item["content"], parts);
  if (is_instruction(item)) {
    std::string joined;
    append_text(joined, parts);
    writer_.inner_system(std::move(joined));  // cases 17, 31
    return;
  }
  if (parts.empty()) parts.push_back({.text = "(no content)"});
  writer_.user(parts);
}

void Items::read(Value content, Parts& parts) {
  if (content.is(Kind::string)) {
    if (const std::string_view said = text(content); !said.empty()) parts.push_back({.text = said});
    return;
  }
  if (!content.is(Kind::array)) return;
  for (const Value part : content) read_part(part, parts);
}

void Items::read_part(Value part, Parts& parts) {
  if (is_type(part, {"input_image"})) {
    const std::string_view url = text(part["image_url"]);
    if (url.empty()) {
      parts.push_back({.text = "[image left out: no files are kept on this server]"});
    } else if (!profile_.vision) {
      parts.push_back({.text = "[image left out: this model cannot see images]"});
    } else {
      parts.push_back({.image = url});
    }
    return;
  }
  if (is_type(part, {"input_file", "input_audio"})) {
    parts.push_back({.text = texts_.keep("[" + part["type"].string() + " left out]")});
    return;
  }
  // What one agent tells another Codex would have encrypted; here it is the model's own text.
  if (is_type(part, {"encrypted_content"})) {
    std::string_view content = text(part["encrypted_content"]);
    if (const auto packed = responses::unpack(content); !packed.empty()) content = packed;
    if (content.starts_with(openai_cipher)) content = "[encrypted by another server]";
    if (!content.empty()) parts.push_back({.text = content});
    return;
  }
  const Value said = part["text"].given() ? part["text"] : part["refusal"];
  if (const std::string_view words = text(said); !words.empty()) parts.push_back({.text = words});
}

}  // namespace translate::from_responses
