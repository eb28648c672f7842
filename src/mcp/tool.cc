#include "mcp/tool.h"

namespace mcp {

ToolResult text_result(std::string text) {
  ToolResult result;
  result.content.emplace_back(Text{std::move(text)});
  return result;
}

ToolResult error_result(std::string text) {
  ToolResult result = text_result(std::move(text));
  result.is_error = true;
  return result;
}

}  // namespace mcp
