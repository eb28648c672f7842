// Registers the local MCP servers with the user's Claude Code, for sessions that autosre does not
// launch, and denies the project the built-in web tools; and takes back just that.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/mcp_entries.h"
#include "config/paths.h"

namespace agent {

// What Claude Code's own file says of a server of this name.
enum class Registered { no, yes, differently };

struct McpRegistration {
  McpEntry entry;
  Registered state = Registered::no;
  std::string command;  // what is registered
};

struct McpStatus {
  std::optional<std::filesystem::path> claude;  // the program
  std::vector<McpRegistration> servers;
  std::filesystem::path settings;   // of the project, there or not
  std::vector<std::string> denied;  // of the built-in web tools
  std::vector<std::string> allowed;
};

McpStatus look_at_mcp(const std::filesystem::path& program, const std::filesystem::path& project,
                      const config::Environment& environment);

// Either runs Claude Code with these words, or writes a file (without text: removes it).
struct McpStep {
  std::string what;
  std::vector<std::string> words;
  std::filesystem::path file;
  std::optional<std::string> text;
  int mode = 0644;
};

// Throws base::Error when the project's settings cannot be read. Nothing to do: no steps.
std::vector<McpStep> plan_mcp_setup(const McpStatus& status,
                                    const config::Environment& environment);
std::vector<McpStep> plan_mcp_removal(const McpStatus& status,
                                      const config::Environment& environment);

// Throws base::Error at the first step that fails.
void apply(const std::vector<McpStep>& steps, const config::Environment& environment);

}  // namespace agent
