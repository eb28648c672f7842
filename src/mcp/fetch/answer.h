// What the model reads: the document's data, and between two marks what the page itself says. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mcp/fetch/document.h"
#include "mcp/tool.h"

namespace mcp::fetch {

ToolResult answer(const Document& document, size_t start, size_t length);

// The answer for a status from 400 on: what it means, what to try, what the page says.
ToolResult refusal(const Document& document, std::string_view retry_after, bool is_challenge);

// A check that only a browser passes stands in for the page ("Just a moment…").
bool is_challenge(const ::fetch::Response& response);

}  // namespace mcp::fetch
