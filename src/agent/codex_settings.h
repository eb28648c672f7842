// What Codex is told on its command line. Options hold for one launch, so that two at a time never
// meet in the folder which they share; they stand before the user's own words, whose options win
// (pure).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/codex_window.h"
#include "agent/environment_changes.h"
#include "agent/mcp_entries.h"
#include "agent/tools.h"

namespace agent {

// One launch, with everything looked up.
struct CodexLaunch {
  std::string proxy_url;  // "http://127.0.0.1:8012"
  std::string label;      // the model's name for Codex
  std::string token = "local";
  std::string token_file;  // where the token is from; empty: it is no secret
  std::string run_id;
  std::filesystem::path home;          // Codex's folder, kept from launch to launch
  std::filesystem::path users_home;    // where it is the project and has a .codex; else empty
  std::filesystem::path catalog_file;  // empty: Codex asks the proxy
  std::optional<CodexWindow> window;
  std::optional<int> priority;
  Tools tools = Tools::all;
  std::vector<McpEntry> mcp;  // the local servers that it is given
};

// Keys of Codex's configuration with their values as TOML has them, each with its reason.
std::vector<Variable> codex_settings(const CodexLaunch& launch);

// The local MCP servers, as keys of the same configuration.
std::vector<Variable> codex_mcp_servers(const std::vector<McpEntry>& entries);

// The words after "codex": "-c KEY=VALUE" for each setting, then the user's own.
std::vector<std::string> codex_arguments(const std::vector<Variable>& settings,
                                         const std::vector<std::string>& own);

// The same as a file, for a Codex that is started without our options, such as one that the agent
// starts itself: it too finds the local model and no cloud.
std::string codex_config_file(CodexLaunch launch);

// That file as it was kept, which Codex and the user may have changed, with this launch's model and
// address. Unchanged where our provider is no longer the chosen one.
std::string renewed_config(std::string_view kept, const CodexLaunch& launch);

// Lines for a shell: Codex's folder, and a function `codex` that gives it the settings.
std::string codex_shell_lines(CodexLaunch launch);

}  // namespace agent
