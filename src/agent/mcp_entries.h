// The local MCP servers as an agent starts them.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

constexpr std::array<std::string_view, 4> mcp_server_names = {"fetch", "search", "capabilities",
                                                              "browser"};

// What the servers read of their environment, for agents that start them with little of it.
constexpr std::array<std::string_view, 18> mcp_variables = {"AUTOSRE_BROWSER",
                                                            "AUTOSRE_BROWSER_DOWNLOADS",
                                                            "AUTOSRE_BROWSER_IDLE",
                                                            "AUTOSRE_BROWSER_RECORDINGS",
                                                            "AUTOSRE_BROWSER_RECORDING_TTL",
                                                            "AUTOSRE_BROWSER_TOKEN",
                                                            "AUTOSRE_BROWSER_UPLOADS",
                                                            "AUTOSRE_BROWSER_URL",
                                                            "AUTOSRE_FETCH_ALLOW",
                                                            "AUTOSRE_FETCH_MAX_LENGTH",
                                                            "AUTOSRE_SEARCH_DUCKDUCKGO_URL",
                                                            "AUTOSRE_SEARCH_MAX_RESULTS",
                                                            "AUTOSRE_SEARCH_URL",
                                                            "XDG_CACHE_HOME",
                                                            "XDG_CONFIG_HOME",
                                                            "XDG_DATA_HOME",
                                                            "XDG_RUNTIME_DIR",
                                                            "XDG_STATE_HOME"};

struct McpEntry {
  std::string name;  // "autosre-fetch", as agents know it
  std::string program;
  std::vector<std::string> arguments;

  bool operator==(const McpEntry&) const = default;
};

// The entry points beside the program, or the program itself where it stands alone.
std::vector<McpEntry> mcp_entries(const std::filesystem::path& program);

}  // namespace agent
