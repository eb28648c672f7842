#include <functional>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/mcp_servers.h"
#include "cli/output.h"
#include "cli/version.h"
#include "mcp/http.h"
#include "mcp/stdio.h"
#include "net/url.h"
#include "sys/environment.h"

namespace cli {
namespace {

using MakeServer = std::function<mcp::Server(net::asio::io_context&)>;

class McpServe : public Command {
 public:
  void declare(Args& args) override {
    args.positional("fetch|search|capabilities|browser", name_, "which server", true);
    args.option("--http", "ADDRESS:PORT", http_, "serve over HTTP at /mcp instead of stdio");
    args.option("--cdp-url", "URL", cdp_url_, "for browser: one that others run, and no other");
  }

  int run() override {
    const McpServer* row = find_mcp_server(name_);
    if (!cdp_url_.empty() && name_ != "browser")
      throw base::Error("--cdp-url is no option of the server " + name_, "it has no browser",
                        "leave it out", base::Exit::usage);
    config::Environment environment = sys::environment();
    if (!cdp_url_.empty()) environment["AUTOSRE_BROWSER_URL"] = cdp_url_;
    const MakeServer make = [&](net::asio::io_context& io) {
      mcp::Server server = row->make({.io = io, .environment = environment});
      server.version = version();
      return server;
    };
    if (!http_.empty()) {
      serve_http(make);
      return 0;
    }
    if (isatty(STDIN_FILENO) == 1)
      note("an MCP client talks to this over stdin; register it with `autosre mcp setup`");
    mcp::serve_stdio(make);
    return 0;
  }

 private:
  void serve_http(const MakeServer& make) const {
    const auto listen = net::parse_endpoint(http_);
    if (!listen)
      throw base::Error("--http " + http_, listen.error(), "for example 127.0.0.1:8013",
                        base::Exit::usage);
    mcp::serve_http(make, *listen, [&](int port) {
      const net::Url url{
          .host = listen->address, .port = static_cast<uint16_t>(port), .path = "/mcp"};
      note(fmt::format("{} serves http://{}{}", name_, url.authority(), url.path));
    });
  }

  std::string cdp_url_;
  std::string http_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_mcp_serve() {
  return std::make_unique<McpServe>();
}

}  // namespace cli
