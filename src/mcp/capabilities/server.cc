#include "mcp/capabilities/server.h"

#include <memory>

#include <fmt/format.h>

namespace mcp::capabilities {
namespace {

using Commands = std::vector<Command>;
using Shared = std::shared_ptr<const Commands>;

constexpr size_t most_shown = 15;

constexpr const char* instructions =
    "Use this to find out what autosre, the program that runs and watches the local models, can do "
    "and how. First list_modules, or search_commands with a few words of the task; then "
    "get_command "
    "for the exact options of a command; then run it in a shell as `autosre …`. Do not guess "
    "commands or options.";

std::string line_of(const Command& command) {
  return fmt::format("- autosre {} — {}\n", command.path, command.summary);
}

ToolResult list_modules(const Commands& commands) {
  const auto modules = modules_of(commands);
  std::string text = fmt::format("{} modules, {} commands:\n", modules.size(), commands.size());
  for (const Module& module : modules) {
    if (module.commands.size() == 1) {
      text += line_of(*module.commands.front());
      continue;
    }
    text += fmt::format("- autosre {}, {} commands:\n", module.name, module.commands.size());
    for (const Command* command : module.commands) text += "  " + line_of(*command);
  }
  return text_result(text);
}

ToolResult search_commands(const Commands& commands, const std::string& query) {
  const auto found = search(commands, query);
  if (found.empty())
    return text_result(fmt::format(
        "No command matches \"{}\". Try fewer or other words, or list_modules for all.", query));
  const size_t shown = std::min(found.size(), most_shown);
  std::string text = fmt::format(
      "{} {} \"{}\"{}:\n", found.size(), found.size() == 1 ? "command matches" : "commands match",
      query, shown < found.size() ? fmt::format(", the best {} are", shown) : std::string());
  for (size_t i = 0; i < shown; ++i) text += line_of(*found[i]);
  return text_result(text + "get_command shows the options of one.");
}

ToolResult get_command(const Commands& commands, const std::string& path) {
  if (const Command* command = find(commands, path)) return text_result(command->page);
  for (const Module& module : modules_of(commands)) {
    if (module.name != path && "autosre " + module.name != path) continue;
    std::string text = fmt::format("autosre {} is a group of these commands:\n", module.name);
    for (const Command* command : module.commands) text += line_of(*command);
    return text_result(text);
  }
  std::string text = fmt::format("There is no command \"{}\".", path);
  const auto close = close_to(commands, path);
  if (close.empty()) return error_result(text + " list_modules shows all.");
  text += " Close to it:\n";
  for (const Command* command : close) text += line_of(*command);
  return error_result(text);
}

Tool list_modules_tool(const Shared& shared) {
  return {.name = "list_modules",
          .title = "List modules",
          .description =
              "Lists the modules of the autosre program with their commands, one line each. "
              "Use it first, to see what the program can do on this machine.",
          .annotations = {.read_only = true},
          .input_schema = R"({"type": "object", "properties": {}, "additionalProperties": false})",
          .handle = [shared](nlohmann::json, CallContext&) -> net::Task<ToolResult> {
            co_return list_modules(*shared);
          }};
}

Tool search_commands_tool(const Shared& shared) {
  return {.name = "search_commands",
          .title = "Search commands",
          .description =
              "Finds commands of the autosre program by words of their names and help texts, "
              "best first. Use it when you know what is to be done but not the command.",
          .annotations = {.read_only = true},
          .input_schema = R"({
         "type": "object",
         "properties": {
           "query": {
             "type": "string", "minLength": 1, "maxLength": 200,
             "description": "a few words, such as \"restart model\" or \"logs\""
           }
         },
         "required": ["query"],
         "additionalProperties": false
       })",
          .handle = [shared](nlohmann::json arguments, CallContext&) -> net::Task<ToolResult> {
            co_return search_commands(*shared, arguments["query"].get<std::string>());
          }};
}

Tool get_command_tool(const Shared& shared) {
  return {.name = "get_command",
          .title = "Get a command's help",
          .description =
              "Gives the whole help page of one autosre command: usage, every option with its "
              "default, examples. Use it before you run a command.",
          .annotations = {.read_only = true},
          .input_schema = R"({
         "type": "object",
         "properties": {
           "command": {
             "type": "string", "minLength": 1, "maxLength": 200,
             "description": "the command's path, such as \"start\" or \"proxy anthropic\""
           }
         },
         "required": ["command"],
         "additionalProperties": false
       })",
          .handle = [shared](nlohmann::json arguments, CallContext&) -> net::Task<ToolResult> {
            co_return get_command(*shared, arguments["command"].get<std::string>());
          }};
}

}  // namespace

Server make_server(Commands commands) {
  const Shared shared = std::make_shared<const Commands>(std::move(commands));
  return {
      .name = "autosre-capabilities",
      .title = "autosre's commands",
      .version = {},
      .instructions = instructions,
      .tools = {list_modules_tool(shared), search_commands_tool(shared), get_command_tool(shared)},
      .close = {}};
}

}  // namespace mcp::capabilities
