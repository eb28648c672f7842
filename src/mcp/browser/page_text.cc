#include "mcp/browser/tools.h"
#include "mcp/fence.h"

namespace mcp::browser {

std::string page_text(std::string_view text) {
  return fenced(text);
}

}  // namespace mcp::browser
