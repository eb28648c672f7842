#include "protocol/responses/shape.h"

#include <array>
#include <string_view>
#include <utility>

#include "protocol/json/shape.h"

namespace responses {
namespace {

using json::Kind;
using json::Need;
using json::Step;
using json::Value;

class Checker : public json::ShapeChecker {
 public:
  bool request(Value root);

 private:
  bool input(const Step& top, Value root);
  bool item(const Step& at, Value item);
  bool message(const Step& at, Value item);
  bool content(const Step& at, Value holder, std::string_view name);
  bool tools(const Step& in, Value holder);
  bool tool(const Step& at, Value tool);
  bool options(const Step& top, Value root);
};

bool Checker::input(const Step& top, Value root) {
  const Value input = root["input"];
  if (!input.given() || input.is(Kind::string)) return true;
  if (!input.is(Kind::array))
    return fail(Step(&top, "input"), "a string or an array of items is required");
  return each(top, "input", input,
              [this](const Step& at, Value element) { return item(at, element); });
}

bool Checker::item(const Step& at, Value item) {
  if (!item.is(Kind::object)) return fail(at, Kind::object);
  const Value type = item["type"];
  if (!value(at, "type", type, Kind::string, Need::optional)) return false;
  if (!type.given() || type.equals("message")) return message(at, item);
  if (type.equals("function_call"))
    return field(at, item, "name", Kind::string, Need::required) &&
           field(at, item, "call_id", Kind::string, Need::required) &&
           field(at, item, "namespace", Kind::string, Need::optional);
  if (type.equals("custom_tool_call"))
    return field(at, item, "name", Kind::string, Need::required) &&
           field(at, item, "call_id", Kind::string, Need::required) &&
           field(at, item, "input", Kind::string, Need::required);
  // Codex itself sends outputs without a call (of a goal that was set).
  if (type.equals("function_call_output") || type.equals("custom_tool_call_output"))
    return field(at, item, "call_id", Kind::string, Need::optional) && content(at, item, "output");
  if (type.equals("additional_tools") || type.equals("tool_search_output")) return tools(at, item);
  return true;
}

bool Checker::message(const Step& at, Value item) {
  const Value role = item["role"];
  if (!role.is(Kind::string)) return fail(Step(&at, "role"), Kind::string);
  for (const std::string_view known : {"user", "assistant", "system", "developer"})
    if (role.equals(known)) return content(at, item, "content");
  return fail(Step(&at, "role"), "'user', 'assistant', 'system' or 'developer' is required");
}

bool Checker::content(const Step& at, Value holder, std::string_view name) {
  const Value content = holder[name];
  if (!content.given() || content.is(Kind::string)) return true;
  if (!content.is(Kind::array))
    return fail(Step(&at, name), "a string or an array of parts is required");
  return each(at, name, content, [this](const Step& inner, Value part) {
    if (!part.is(Kind::object)) return fail(inner, Kind::object);
    return field(inner, part, "text", Kind::string, Need::optional);
  });
}

bool Checker::tools(const Step& in, Value holder) {
  const Value tools = holder["tools"];
  if (!tools.given()) return true;
  if (!tools.is(Kind::array)) return fail(Step(&in, "tools"), Kind::array);
  return each(in, "tools", tools,
              [this](const Step& at, Value element) { return tool(at, element); });
}

bool Checker::tool(const Step& at, Value tool) {
  if (!tool.is(Kind::object)) return fail(at, Kind::object);
  const Value type = tool["type"];
  if (!value(at, "type", type, Kind::string, Need::required)) return false;
  const bool named = type.equals("function") || type.equals("custom") || type.equals("namespace");
  if (!named) return true;  // nothing of it is read
  const Value name = tool["name"];
  if (!value(at, "name", name, Kind::string, Need::required)) return false;
  if (name.escaped().empty()) return fail(Step(&at, "name"), "a name is required");
  if (type.equals("namespace")) return tools(at, tool);
  return field(at, tool, "parameters", Kind::object, Need::optional);
}

bool Checker::options(const Step& top, Value root) {
  constexpr std::array<std::pair<std::string_view, Kind>, 11> plain{
      {{"model", Kind::string},
       {"stream", Kind::boolean},
       {"store", Kind::boolean},
       {"parallel_tool_calls", Kind::boolean},
       {"instructions", Kind::string},
       {"previous_response_id", Kind::string},
       {"max_output_tokens", Kind::number},
       {"temperature", Kind::number},
       {"top_p", Kind::number},
       {"reasoning", Kind::object},
       {"text", Kind::object}}};
  for (const auto& [name, kind] : plain)
    if (!field(top, root, name, kind, Need::optional)) return false;
  if (root["conversation"].given())
    return fail(Step(&top, "conversation"),
                "no conversations are kept here; use previous_response_id or send the whole input");
  if (const Value most = root["max_output_tokens"]; most.given() && most.integer().value_or(0) < 1)
    return fail(Step(&top, "max_output_tokens"), "a whole number of at least 1 is required");
  const Value format = root["text"]["format"];
  const Step text(&top, "text");
  if (!field(text, root["text"], "format", Kind::object, Need::optional)) return false;
  if (format["type"].equals("json_schema") &&
      !field(Step(&text, "format"), format, "schema", Kind::object, Need::required))
    return false;
  const Value choice = root["tool_choice"];
  if (!choice.given() || choice.is(Kind::string) || choice.is(Kind::object)) return true;
  return fail(Step(&top, "tool_choice"), "a string or an object is required");
}

bool Checker::request(Value root) {
  const Step top(nullptr, "");
  if (!root.is(Kind::object)) return fail(Step(nullptr, "body"), Kind::object);
  return input(top, root) && tools(top, root) && options(top, root);
}

}  // namespace

std::optional<std::string> find_fault(Value root) {
  Checker checker;
  if (checker.request(root)) return std::nullopt;
  return std::move(checker).fault();
}

}  // namespace responses
