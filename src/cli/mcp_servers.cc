#include "cli/mcp_servers.h"

#include <algorithm>
#include <array>

#include "cli/help.h"
#include "cli/registry.h"
#include "mcp/browser/server.h"
#include "mcp/capabilities/server.h"
#include "mcp/fetch/server.h"
#include "mcp/search/server.h"

namespace cli {
namespace {

// Planned commands are left out: an agent could only fail with them.
mcp::Server make_capabilities(const mcp::Host&) {
  std::vector<mcp::capabilities::Command> list;
  for (const Entry& entry : commands())
    if (entry.make)
      list.push_back({.path = std::string(entry.path),
                      .summary = std::string(entry.summary),
                      .page = render_page(describe(entry), Terminal())});
  return mcp::capabilities::make_server(std::move(list));
}

}  // namespace

std::span<const McpServer> mcp_servers() {
  static const std::array table = {
      McpServer{"fetch", "pages of the web as Markdown", mcp::fetch::make_server},
      McpServer{"search", "search of the web", mcp::search::make_server},
      McpServer{"capabilities", "what autosre itself can do", make_capabilities},
      McpServer{"browser", "pages in a real browser", mcp::browser::make_server},
  };
  return table;
}

const McpServer* find_mcp_server(std::string_view name) {
  const auto found = std::ranges::find(mcp_servers(), name, &McpServer::name);
  return found == mcp_servers().end() ? nullptr : &*found;
}

const McpServer* mcp_server_of(std::string_view program) {
  constexpr std::string_view prefix = "autosre-mcp-";
  const std::string_view name = program.substr(program.rfind('/') + 1);
  return name.starts_with(prefix) ? find_mcp_server(name.substr(prefix.size())) : nullptr;
}

}  // namespace cli
