#include "mcp/fetch/server.h"

namespace mcp::fetch {

Server make_server(const Host&) {
  return {.name = "autosre-fetch",
          .title = "Web pages",
          .version = {},
          .instructions = "Reads pages of the web.",
          .tools = {},
          .close = {}};
}

}  // namespace mcp::fetch
