#include "cli/setup.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/strings.h"
#include "cli/mcp_servers.h"
#include "sys/process.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

std::optional<SetupAction> npm_action(const Check& check, bool has_npm) {
  if (!has_npm || !check.remedy.starts_with("npm install -g ")) return std::nullopt;
  SetupAction action{.text = "run `" + check.remedy + "`", .argv = {}};
  for (const std::string_view word : base::split(check.remedy, ' ')) action.argv.emplace_back(word);
  return action;
}

// Only an agent that is not there is installed: which version of theirs people keep is their own.
SetupItem agent_item(const Check& check, bool has_npm) {
  const bool is_absent = check.evidence.ends_with("is not on PATH");
  SetupItem item{.code = check.code,
                 .subject = check.subject,
                 .is_met = !is_absent,
                 .evidence = check.evidence,
                 .remedy = check.remedy,
                 .action = std::nullopt};
  if (!is_absent) return item;
  item.action = npm_action(check, has_npm);
  if (!has_npm) item.remedy = "install Node.js 20 or newer, then: " + check.remedy;
  return item;
}

SetupItem need_item(const backend::Need& need, const SetupSeen& seen) {
  SetupItem item{.code = need.code,
                 .subject = need.subject,
                 .is_met = need.is_met,
                 .evidence = need.evidence,
                 .remedy = need.remedy,
                 .action = std::nullopt};
  // Where there is no GPU the weights would only fill the disk.
  const bool has_gpu = std::ranges::any_of(
      seen.needs, [](const backend::Need& other) { return other.code == "gpu" && other.is_met; });
  if (need.code != "weights" || need.is_met || !has_gpu) return item;
  item.action = SetupAction{.text = "run `" + need.remedy + "`", .argv = {seen.program.string()}};
  const auto words = base::split(need.remedy, ' ');
  for (const std::string_view word : std::vector(words.begin() + 1, words.end()))
    item.action->argv.emplace_back(word);
  return item;
}

SetupItem entry_points_item(const SetupSeen& seen) {
  const fs::path folder = seen.program.parent_path();
  SetupItem item{.code = "mcp",
                 .subject = "MCP servers",
                 .is_met = seen.missing.empty(),
                 .evidence = fmt::format("{}", fmt::join(seen.entry_points, ", ")),
                 .remedy = {},
                 .action = std::nullopt};
  if (item.is_met) return item;
  item.evidence = fmt::format("missing: {}", fmt::join(seen.missing, ", "));
  item.remedy = fmt::format("link them to {} in a folder of PATH", seen.program.string());
  if (!seen.is_program_folder_writable) return item;
  item.action = SetupAction{
      .text = fmt::format("link {} in {}", fmt::join(seen.missing, ", "), folder.string()),
      .argv = {}};
  for (const std::string& name : seen.missing)
    item.action->links.push_back({.path = folder / name, .target = seen.program.filename()});
  return item;
}

}  // namespace

SetupSeen look_for_setup(const config::Environment& environment) {
  SetupSeen seen;
  for (const Check& check : judge(look(environment)))
    if (check.code == "claude" || check.code == "codex") seen.agents.push_back(check);
  seen.needs = backend::judge(backend::look(environment));
  seen.program = sys::this_executable();
  seen.is_program_folder_writable = access(seen.program.parent_path().c_str(), W_OK) == 0;
  seen.has_npm = sys::find_program("npm", environment).has_value();
  for (const McpServer& server : mcp_servers()) {
    const std::string name = fmt::format("autosre-mcp-{}", server.name);
    seen.entry_points.push_back(name);
    std::error_code error;
    const bool is_there = sys::find_program(name, environment) ||
                          fs::exists(seen.program.parent_path() / name, error);
    if (!is_there) seen.missing.push_back(name);
  }
  return seen;
}

std::vector<SetupItem> plan_setup(const SetupSeen& seen) {
  std::vector<SetupItem> items;
  for (const Check& check : seen.agents) items.push_back(agent_item(check, seen.has_npm));
  items.push_back(entry_points_item(seen));
  for (const backend::Need& need : seen.needs) items.push_back(need_item(need, seen));
  return items;
}

}  // namespace cli
