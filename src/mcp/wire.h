// JSON texts of what a server says of itself and of what its tools return (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcp/tool.h"

namespace mcp {

// {"name":…,"title":…,"version":…}
std::string server_info(const Server& server);

// The array of the tools, in the table's order; equal for every client.
std::string tool_list(const Server& server);

// The members of a call's result, without the braces.
std::string result_members(const ToolResult& result);

std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level(std::string_view name);

}  // namespace mcp
