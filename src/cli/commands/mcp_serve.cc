#include <unistd.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/mcp_servers.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "cli/version.h"
#include "mcp/stdio.h"
#include "sys/environment.h"

namespace cli {
namespace {

class McpServe : public Command {
 public:
  void declare(Args& args) override {
    args.positional("fetch|search|capabilities|browser", name_, "which server", true);
  }

  int run() override {
    const McpServer* row = find_mcp_server(name_);
    const config::Environment environment = sys::environment();
    if (isatty(STDIN_FILENO) == 1)
      note("an MCP client talks to this over stdin; register it with `autosre mcp setup`");
    mcp::serve_stdio([&](net::asio::io_context& io) {
      mcp::Server server = row->make({.io = io, .environment = environment});
      server.version = version();
      return server;
    });
    return 0;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_mcp_serve() {
  return std::make_unique<McpServe>();
}

}  // namespace cli
