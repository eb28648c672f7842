// What the program itself can do, for an agent to find out.
#pragma once

#include <vector>

#include "mcp/capabilities/catalog.h"
#include "mcp/tool.h"

namespace mcp::capabilities {

// `commands` are those that can be run.
Server make_server(std::vector<Command> commands);

}  // namespace mcp::capabilities
