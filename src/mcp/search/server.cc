#include "mcp/search/server.h"

namespace mcp::search {

Server make_server(const Host&) {
  return {.name = "autosre-search",
          .title = "Web search",
          .version = {},
          .instructions = "Searches the web.",
          .tools = {},
          .close = {}};
}

}  // namespace mcp::search
