// Marks what others wrote inside a result, so that a model does not take it for the tool's own
// words.
#pragma once

#include <string>
#include <string_view>

namespace mcp {

// The text between two marks that it cannot contain: they hold a digest of it.
std::string fenced(std::string_view text);

}  // namespace mcp
