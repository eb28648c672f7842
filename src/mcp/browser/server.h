// Pages in a real browser.
#pragma once

#include "mcp/host.h"
#include "mcp/tool.h"

namespace mcp::browser {

Server make_server(const Host& host);

}  // namespace mcp::browser
