// Web pages as Markdown.
#pragma once

#include "mcp/host.h"
#include "mcp/tool.h"

namespace mcp::fetch {

Server make_server(const Host& host);

}  // namespace mcp::fetch
