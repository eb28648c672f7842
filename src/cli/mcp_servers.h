// The table of the MCP servers, each also an entry point of its own: autosre-mcp-NAME.
#pragma once

#include <span>
#include <string_view>

#include "mcp/host.h"
#include "mcp/tool.h"

namespace cli {

struct McpServer {
  std::string_view name;
  std::string_view summary;
  mcp::Server (*make)(const mcp::Host&);
};

std::span<const McpServer> mcp_servers();
// Null when there is none.
const McpServer* find_mcp_server(std::string_view name);
// The server whose entry point this path of a program is, or null.
const McpServer* mcp_server_of(std::string_view program);

}  // namespace cli
