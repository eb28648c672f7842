#include "mcp/browser/server.h"

namespace mcp::browser {

Server make_server(const Host&) {
  return {.name = "autosre-browser",
          .title = "Browser",
          .version = {},
          .instructions = "Renders and drives pages in a real browser.",
          .tools = {},
          .close = {}};
}

}  // namespace mcp::browser
