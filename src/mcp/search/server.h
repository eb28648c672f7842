// Searching the web.
#pragma once

#include "mcp/host.h"
#include "mcp/tool.h"

namespace mcp::search {

Server make_server(const Host& host);

}  // namespace mcp::search
