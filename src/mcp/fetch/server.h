// Pages of the web as text: the server "fetch" and its one tool.
#pragma once

#include "mcp/host.h"
#include "mcp/tool.h"

namespace mcp::fetch {

Server make_server(const Host& host);

}  // namespace mcp::fetch
