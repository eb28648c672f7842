#include "agent/mcp_setup.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "agent/claude_permissions.h"
#include "base/error.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const std::array<std::string, 2> web_tools = {"WebFetch", "WebSearch"};

// What setup did to each project's settings, so that removal gives them back as they were.
fs::path record_of(const config::Environment& environment) {
  return config::resolve_paths(environment).state / "mcp-projects.json";
}

Json read_json(const fs::path& path) {
  const auto text = sys::read_file(path);
  Json value = text ? Json::parse(*text, nullptr, false) : Json::object();
  return value.is_object() ? value : Json::object();
}

fs::path claude_file(const config::Environment& environment) {
  const auto folder = environment.find("CLAUDE_CONFIG_DIR");
  if (folder != environment.end() && !folder->second.empty())
    return fs::path(folder->second) / ".claude.json";
  const auto home = environment.find("HOME");
  return home == environment.end() ? fs::path() : fs::path(home->second) / ".claude.json";
}

std::vector<std::string> command_of(const Json& server) {
  std::vector<std::string> words;
  if (const auto program = server.find("command"); program != server.end() && program->is_string())
    words.push_back(program->get<std::string>());
  const auto arguments = server.find("args");
  if (arguments == server.end() || !arguments->is_array()) return words;
  for (const Json& word : *arguments)
    words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

McpRegistration look_at(const McpEntry& entry, const Json& servers) {
  McpRegistration row{.entry = entry, .state = Registered::no, .command = {}};
  const auto found = servers.find(entry.name);
  if (found == servers.end() || !found->is_object()) return row;
  std::vector<std::string> wanted = {entry.program};
  wanted.insert(wanted.end(), entry.arguments.begin(), entry.arguments.end());
  const std::vector<std::string> words = command_of(*found);
  row.state = words == wanted ? Registered::yes : Registered::differently;
  row.command = joined(words);
  return row;
}

McpStep run_step(std::vector<std::string> words) {
  return {.what = "claude " + joined(words), .words = std::move(words), .file = {}, .text = {}};
}

McpStep file_step(std::string what, fs::path file, std::optional<std::string> text,
                  int mode = 0644) {
  return {.what = std::move(what),
          .words = {},
          .file = std::move(file),
          .text = std::move(text),
          .mode = mode};
}

McpStep record_step(const Json& record, const config::Environment& environment) {
  return file_step("note it in " + record_of(environment).string(), record_of(environment),
                   record.dump(2) + "\n", 0600);
}

void add_removal(std::vector<McpStep>& steps, const std::string& name) {
  steps.push_back(run_step({"mcp", "remove", "-s", "user", name}));
}

base::Error unusable(const fs::path& file, const std::string& why) {
  return base::Error("cannot change " + file.string(), why, "correct it and run this again");
}

}  // namespace

McpStatus look_at_mcp(const fs::path& program, const fs::path& project,
                      const config::Environment& environment) {
  McpStatus status{.claude = sys::find_program("claude", environment),
                   .servers = {},
                   .settings = project / ".claude" / "settings.json",
                   .denied = {},
                   .allowed = {}};
  const Json file = read_json(claude_file(environment));
  const Json servers = file.value("mcpServers", Json::object());
  for (const McpEntry& entry : mcp_entries(program))
    status.servers.push_back(look_at(entry, servers));
  const std::string settings = sys::read_file(status.settings).value_or("");
  for (const std::string& tool : web_tools)
    (is_denied(settings, tool) ? status.denied : status.allowed).push_back(tool);
  return status;
}

std::vector<McpStep> plan_mcp_setup(const McpStatus& status,
                                    const config::Environment& environment) {
  std::vector<McpStep> steps;
  for (const McpRegistration& row : status.servers) {
    if (row.state == Registered::yes) continue;
    if (row.state == Registered::differently) add_removal(steps, row.entry.name);
    std::vector<std::string> words = {
        "mcp", "add", "-s", "user", row.entry.name, "--", row.entry.program};
    words.insert(words.end(), row.entry.arguments.begin(), row.entry.arguments.end());
    steps.push_back(run_step(std::move(words)));
  }
  if (status.allowed.empty()) return steps;
  const auto before = sys::read_file(status.settings);
  const auto after = deny_tools(before.value_or(""), status.allowed);
  if (!after) throw unusable(status.settings, after.error());
  Json record = read_json(record_of(environment));
  Json& row = record[status.settings.string()];
  row = {{"before", before ? Json(*before) : Json()}, {"after", *after}, {"added", status.allowed}};
  steps.push_back(record_step(record, environment));
  steps.push_back(file_step("deny " + joined(status.allowed) + " in " + status.settings.string(),
                            status.settings, *after));
  return steps;
}

std::vector<McpStep> plan_mcp_removal(const McpStatus& status,
                                      const config::Environment& environment) {
  std::vector<McpStep> steps;
  for (const McpRegistration& row : status.servers)
    if (row.state != Registered::no) add_removal(steps, row.entry.name);
  Json record = read_json(record_of(environment));
  const auto found = record.find(status.settings.string());
  const auto text = sys::read_file(status.settings);
  if (found == record.end()) return steps;
  const Json row = std::move(*found);
  record.erase(found);
  if (text && *text == row.value("after", "") && row["before"].is_null()) {
    steps.push_back(file_step("remove " + status.settings.string(), status.settings, {}));
  } else if (text) {
    const auto added = row.value("added", std::vector<std::string>());
    auto rest = *text == row.value("after", "")
                    ? base::Result<std::string>(row["before"].get<std::string>())
                    : allow_tools(*text, added);
    if (!rest) throw unusable(status.settings, rest.error());
    steps.push_back(file_step("allow " + joined(added) + " in " + status.settings.string(),
                              status.settings, *std::move(rest)));
  }
  steps.push_back(record_step(record, environment));
  return steps;
}

void apply(const std::vector<McpStep>& steps, const config::Environment& environment) {
  const auto claude = sys::find_program("claude", environment);
  for (const McpStep& step : steps) {
    std::error_code ignored;
    if (!step.words.empty()) {
      if (!claude)
        throw base::Error("claude is not on PATH", "Claude Code is not installed",
                          "npm install -g @anthropic-ai/claude-code");
      std::vector<std::string> argv = {claude->string()};
      argv.insert(argv.end(), step.words.begin(), step.words.end());
      std::string said;
      const auto result = sys::run(
          {.argv = std::move(argv)}, [&](std::string_view line) { said = line; },
          [] { return false; });
      if (result.ended.code != 0 || result.ended.signal != 0)
        throw base::Error("`" + step.what + "` failed",
                          said.empty() ? describe(result.ended) : said);
    } else if (step.text) {
      sys::write_atomically(step.file, *step.text, step.mode);
    } else {
      fs::remove(step.file, ignored);
      fs::remove(step.file.parent_path(), ignored);  // only where it is empty
    }
  }
}

}  // namespace agent
