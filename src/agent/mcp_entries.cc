#include "agent/mcp_entries.h"

namespace agent {

std::vector<McpEntry> mcp_entries(const std::filesystem::path& program) {
  std::vector<McpEntry> entries;
  for (const std::string_view name : mcp_server_names) {
    const auto own = program.parent_path() / ("autosre-mcp-" + std::string(name));
    McpEntry entry{
        .name = "autosre-" + std::string(name), .program = own.string(), .arguments = {}};
    std::error_code ignored;
    if (!std::filesystem::exists(own, ignored)) {
      entry.program = program.string();
      entry.arguments = {"mcp", "serve", std::string(name)};
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace agent
