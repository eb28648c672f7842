#include "translate/anthropic/tools.h"

#include <algorithm>

namespace translate::from_anthropic {
namespace {

using json::Kind;
using json::Value;

// Claude Code's stand-in for the tools that it holds back; nobody can call it.
constexpr std::string_view placeholder = "DeferredToolPlaceholder";

// Names of the tools that the conversation has loaded (by a reference in a result) or used, in
// order.
void collect_loaded(Value content, std::vector<std::string>& names) {
  if (!content.is(Kind::array)) return;
  for (const Value block : content) {
    const Value type = block["type"];
    if (type.equals("tool_reference")) names.push_back(block["tool_name"].string());
    if (type.equals("tool_use")) names.push_back(block["name"].string());
    collect_loaded(block["content"], names);
    collect_loaded(block["content"]["tool_references"], names);
  }
}

std::vector<std::string> loaded_names(const anthropic::Request& request) {
  std::vector<std::string> names;
  for (const Value message : request.messages) collect_loaded(message["content"], names);
  if (const Value name = request.root["tool_choice"]["name"]; name.given())
    names.push_back(name.string());
  return names;
}

void append_loaded(const anthropic::Request& request, std::vector<Value>& deferred,
                   std::vector<Value>& shown) {
  for (const std::string& name : loaded_names(request)) {
    const auto found =
        std::ranges::find_if(deferred, [&](Value tool) { return tool["name"].equals(name); });
    if (found == deferred.end()) continue;
    shown.push_back(*found);
    deferred.erase(found);
  }
}

// Grammar compilers and templates want an object with a type; nothing else is changed (T24).
void append_schema(std::string& out, Value schema) {
  if (schema.size() == 0) {
    out += R"({"type":"object","properties":{}})";
    return;
  }
  if (schema["type"].given()) return schema.append_raw(out);
  const size_t begin = out.size();
  schema.append_raw(out);
  out.insert(begin + 1, R"("type":"object",)");
}

}  // namespace

ToolList choose_tools(const anthropic::Request& request) {
  ToolList tools;
  std::vector<Value> deferred;
  bool server_search = false;
  for (const Value tool : request.tools) {
    if (anthropic::is_server_tool(tool)) {
      tools.server.push_back(tool);
      server_search |= tool["type"].escaped().starts_with("tool_search_tool");
    } else if (tool["defer_loading"].is_true()) {
      if (!tool["name"].equals(placeholder)) deferred.push_back(tool);
    } else {
      tools.shown.push_back(tool);
    }
  }
  // Where the API's own search was to find them, nothing here would ever load them.
  if (server_search) tools.shown.insert(tools.shown.end(), deferred.begin(), deferred.end());
  if (!server_search && !deferred.empty()) append_loaded(request, deferred, tools.shown);
  return tools;
}

void append_tools(std::string& out, const std::vector<Value>& tools) {
  out += R"("tools":[)";
  for (const Value tool : tools) {
    out += R"({"type":"function","function":{"name":")";
    tool["name"].append_escaped(out);
    if (const Value description = tool["description"]; description.given()) {
      out += R"(","description":")";
      description.append_escaped(out);
    }
    out += R"(","parameters":)";
    append_schema(out, tool["input_schema"]);
    out += "}},";
  }
  out.back() = ']';
}

std::string missing_tool_notice(const anthropic::Request& request, const ToolList& tools) {
  if (request.counts_only) return {};
  std::string names;
  const Value choice = request.root["tool_choice"];
  const std::string chosen = choice["type"].equals("tool") ? choice["name"].string() : "";
  for (const Value tool : tools.server) {
    const std::string name = (tool["name"].given() ? tool["name"] : tool["type"]).string();
    if (tools.shown.empty() || name == chosen) names += (names.empty() ? "" : ", ") + name;
  }
  if (names.empty()) return {};
  return "Not available on this server: " + names +
         ". This is a tool of the hosted API, not of the client. Nothing was searched, fetched or "
         "run; say so instead of answering from memory. A tool of the client's own, such as an MCP "
         "server, can do this work here.";
}

}  // namespace translate::from_anthropic
