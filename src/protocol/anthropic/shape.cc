#include "protocol/anthropic/shape.h"

#include <array>
#include <string_view>
#include <utility>

#include "protocol/json/shape.h"

namespace anthropic {
namespace {

using json::Kind;
using json::Need;
using json::Step;
using json::Value;

class Checker : public json::ShapeChecker {
 public:
  bool request(Value root, bool max_tokens_required);

 private:
  bool name(const Step& in, Value object, Need need) {
    if (!field(in, object, "name", Kind::string, need)) return false;
    if (!object["name"].given() || !object["name"].escaped().empty()) return true;
    return fail(Step(&in, "name"), "a name is required");
  }

  bool max_tokens(const Step& top, Value root, bool required);
  bool system(const Step& top, Value root);
  bool messages(const Step& top, Value root);
  bool message(const Step& at, Value message);
  bool content(const Step& at, Value holder);
  bool block(const Step& at, Value block);
  bool source(const Step& at, Value block);
  bool tools(const Step& top, Value root);
  bool tool(const Step& at, Value tool);
  bool tool_choice(const Step& top, Value root);
  bool output_config(const Step& top, Value root);
  bool options(const Step& top, Value root);
};

bool Checker::max_tokens(const Step& top, Value root, bool required) {
  const Value value = root["max_tokens"];
  if (!value.given() && !required) return true;
  const std::optional<int64_t> number = value.integer();
  if (number && *number >= 0) return true;
  return fail(Step(&top, "max_tokens"), "a whole number of at least 0 is required");
}

bool Checker::system(const Step& top, Value root) {
  const Value system = root["system"];
  if (!system.given() || system.is(Kind::string)) return true;
  if (!system.is(Kind::array))
    return fail(Step(&top, "system"), "a string or an array of text blocks is required");
  return each(top, "system", system,
              [this](const Step& at, Value element) { return block(at, element); });
}

bool Checker::messages(const Step& top, Value root) {
  const Value messages = root["messages"];
  if (!messages.is(Kind::array)) return fail(Step(&top, "messages"), Kind::array);
  if (messages.size() == 0) return fail(Step(&top, "messages"), "at least one message is required");
  return each(top, "messages", messages,
              [this](const Step& at, Value element) { return message(at, element); });
}

bool Checker::message(const Step& at, Value message) {
  if (!message.is(Kind::object)) return fail(at, Kind::object);
  const Value role = message["role"];
  if (!role.equals("user") && !role.equals("assistant") && !role.equals("system"))
    return fail(Step(&at, "role"), "'user', 'assistant' or 'system' is required");
  return content(at, message);
}

bool Checker::content(const Step& at, Value holder) {
  const Value content = holder["content"];
  if (!content.given() || content.is(Kind::string)) return true;
  if (!content.is(Kind::array))
    return fail(Step(&at, "content"), "a string or an array of blocks is required");
  return each(at, "content", content,
              [this](const Step& inner, Value element) { return block(inner, element); });
}

bool Checker::block(const Step& at, Value block) {
  if (!block.is(Kind::object)) return fail(at, Kind::object);
  const Value type = block["type"];
  if (!type.is(Kind::string)) return fail(Step(&at, "type"), Kind::string);
  if (type.equals("text")) return field(at, block, "text", Kind::string, Need::required);
  if (type.equals("tool_use"))
    return field(at, block, "id", Kind::string, Need::required) &&
           name(at, block, Need::required) &&
           field(at, block, "input", Kind::object, Need::optional);
  if (type.equals("tool_result"))
    return field(at, block, "tool_use_id", Kind::string, Need::required) && content(at, block);
  if (type.equals("thinking")) return field(at, block, "thinking", Kind::string, Need::required);
  if (type.equals("image") || type.equals("document")) return source(at, block);
  return true;
}

bool Checker::source(const Step& at, Value block) {
  const Value source = block["source"];
  const Step inner(&at, "source");
  if (!source.is(Kind::object)) return fail(inner, Kind::object);
  const Value type = source["type"];
  if (!type.is(Kind::string)) return fail(Step(&inner, "type"), Kind::string);
  if (type.equals("file"))
    return fail(inner, "no files are kept on this server; send the data itself as base64");
  if (type.equals("content")) return content(inner, source);
  if (type.equals("url")) return field(inner, source, "url", Kind::string, Need::required);
  if (type.equals("base64") || type.equals("text"))
    return field(inner, source, "data", Kind::string, Need::required) &&
           field(inner, source, "media_type", Kind::string, Need::optional);
  return true;
}

bool Checker::tools(const Step& top, Value root) {
  const Value tools = root["tools"];
  if (!tools.given()) return true;
  if (!tools.is(Kind::array)) return fail(Step(&top, "tools"), Kind::array);
  return each(top, "tools", tools,
              [this](const Step& at, Value element) { return tool(at, element); });
}

bool Checker::tool(const Step& at, Value tool) {
  if (!tool.is(Kind::object)) return fail(at, Kind::object);
  if (!field(at, tool, "type", Kind::string, Need::optional)) return false;
  const Need need = tool["type"].given() ? Need::optional : Need::required;
  return name(at, tool, need) && field(at, tool, "description", Kind::string, Need::optional) &&
         field(at, tool, "input_schema", Kind::object, Need::optional);
}

bool Checker::tool_choice(const Step& top, Value root) {
  if (!field(top, root, "tool_choice", Kind::object, Need::optional)) return false;
  const Value choice = root["tool_choice"];
  if (!choice.given()) return true;
  const Step at(&top, "tool_choice");
  if (!field(at, choice, "type", Kind::string, Need::required)) return false;
  const Need need = choice["type"].equals("tool") ? Need::required : Need::optional;
  return field(at, choice, "name", Kind::string, need);
}

bool Checker::output_config(const Step& top, Value root) {
  if (!field(top, root, "output_config", Kind::object, Need::optional)) return false;
  const Value config = root["output_config"];
  const Step at(&top, "output_config");
  if (!field(at, config, "effort", Kind::string, Need::optional) ||
      !field(at, config, "format", Kind::object, Need::optional))
    return false;
  const Value format = config["format"];
  if (!format["type"].equals("json_schema")) return true;
  return field(Step(&at, "format"), format, "schema", Kind::object, Need::required);
}

bool Checker::options(const Step& top, Value root) {
  constexpr std::array<std::pair<std::string_view, Kind>, 6> plain{
      {{"stream", Kind::boolean},
       {"temperature", Kind::number},
       {"top_p", Kind::number},
       {"top_k", Kind::number},
       {"thinking", Kind::object},
       {"stop_sequences", Kind::array}}};
  for (const auto& [name, kind] : plain)
    if (!field(top, root, name, kind, Need::optional)) return false;
  if (!field(Step(&top, "thinking"), root["thinking"], "budget_tokens", Kind::number,
             Need::optional))
    return false;
  return each(top, "stop_sequences", root["stop_sequences"], [this](const Step& at, Value stop) {
    return stop.is(Kind::string) || fail(at, Kind::string);
  });
}

bool Checker::request(Value root, bool max_tokens_required) {
  const Step top(nullptr, "");
  if (!root.is(Kind::object)) return fail(Step(nullptr, "body"), Kind::object);
  if (!field(top, root, "model", Kind::string, Need::required)) return false;
  if (root["model"].escaped().empty())
    return fail(Step(&top, "model"), "a model's name is required");
  return messages(top, root) && max_tokens(top, root, max_tokens_required) && system(top, root) &&
         tools(top, root) && tool_choice(top, root) && output_config(top, root) &&
         options(top, root);
}

}  // namespace

std::optional<std::string> find_fault(Value root, bool max_tokens_required) {
  Checker checker;
  if (checker.request(root, max_tokens_required)) return std::nullopt;
  return std::move(checker).fault();
}

}  // namespace anthropic
