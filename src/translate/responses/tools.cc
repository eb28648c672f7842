#include "translate/responses/tools.h"

#include <utility>

#include "base/strings.h"

namespace translate::from_responses {
namespace {

using json::Kind;
using json::Value;

// Codex puts its own tools into this namespace where they come as an item; calls of them bear none.
constexpr std::string_view own_namespace = "functions";

class Collector {
 public:
  Collector(ToolList& list, ToolNames& names) : list_(list), names_(names) {}

  void add_all(Value tools, const std::string& name_space) {
    for (const Value tool : tools) add(tool, name_space);
  }

 private:
  void add(Value tool, const std::string& name_space) {
    const Value type = tool["type"];
    if (type.equals("function")) return add_named(ToolKind::function, tool, name_space);
    if (type.equals("custom")) return add_named(ToolKind::custom, tool, name_space);
    if (type.equals("tool_search")) return show({ToolKind::search, {}, "tool_search"}, tool);
    if (type.equals("namespace")) {
      const std::string inner = tool["name"].string();
      return add_all(tool["tools"], inner == own_namespace ? std::string() : inner);
    }
    list_.hosted.push_back(tool);
  }
  void add_named(ToolKind kind, Value tool, const std::string& name_space) {
    show({kind, name_space, tool["name"].string()}, tool);
  }
  void show(ToolOrigin origin, Value tool) {
    const size_t known = names_.size();
    const NamedTool& name = names_.add(std::move(origin));
    if (names_.size() > known) list_.shown.push_back({&name, tool});
  }

  ToolList& list_;
  ToolNames& names_;
};

// Grammar compilers and templates want an object with a type; nothing else is changed.
void append_schema(std::string& out, Value schema) {
  if (!schema.is(Kind::object) || schema.size() == 0) {
    out += R"({"type":"object","properties":{}})";
    return;
  }
  if (schema["type"].given()) return schema.append_raw(out);
  const size_t begin = out.size();
  schema.append_raw(out);
  out.insert(begin + 1, R"("type":"object",)");
}

// A freeform tool takes a text. Models are better at a function with one argument.
void append_custom(std::string& out, Value tool) {
  out += R"(,"description":")";
  tool["description"].append_escaped(out);
  out +=
      R"(\n\nHere this tool is a function with one argument, `input`: the whole text, as it is.)";
  const Value format = tool["format"];
  if (format["definition"].is(Kind::string)) {
    out += R"( It follows this )";
    format["syntax"].append_escaped(out);
    out += R"( grammar:\n)";
    format["definition"].append_escaped(out);
  }
  out += R"(","parameters":{"type":"object","properties":{"input":{"type":"string"}},)";
  out += R"("required":["input"],"additionalProperties":false})";
}

void append_function(std::string& out, Value tool) {
  if (const Value description = tool["description"]; description.is(Kind::string)) {
    out += R"(,"description":")";
    description.append_escaped(out);
    out += '"';
  }
  out += R"(,"parameters":)";
  append_schema(out, tool["parameters"]);
  if (tool["strict"].is_true()) out += R"(,"strict":true)";
}

}  // namespace

ToolList choose_tools(const responses::Request& request, ToolNames& names) {
  ToolList list;
  Collector collector(list, names);
  collector.add_all(request.tools, {});
  for (const Value item : request.items)
    if (item["type"].equals("additional_tools") || item["type"].equals("tool_search_output"))
      collector.add_all(item["tools"], {});
  return list;
}

ToolList choose_tools(Value tools, ToolNames& names) {
  ToolList list;
  Collector(list, names).add_all(tools, {});
  return list;
}

void append_tools(std::string& out, const std::vector<ListedTool>& tools) {
  out += R"("tools":[)";
  for (const ListedTool& listed : tools) {
    base::append(out, R"({"type":"function","function":{"name":")", listed.name->function_name,
                 "\"");
    if (listed.name->origin.kind == ToolKind::custom) {
      append_custom(out, listed.tool);
    } else {
      append_function(out, listed.tool);
    }
    out += "}},";
  }
  out.back() = ']';
}

std::string missing_tool_notice(const responses::Request& request, const ToolList& tools) {
  const Value choice = request.root["tool_choice"];
  std::string names;
  for (const Value tool : tools.hosted) {
    const std::string type = tool["type"].string();
    if (tools.shown.empty() || choice["type"].equals(type))
      names += (names.empty() ? "" : ", ") + type;
  }
  if (names.empty()) return {};
  return "Not available on this server: " + names +
         ". This is a tool of the hosted API, not of the client. Nothing was searched, fetched or "
         "run; say so instead of answering from memory. A tool of the client's own, such as an MCP "
         "server, can do this work here.";
}

}  // namespace translate::from_responses
