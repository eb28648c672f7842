// The ten tools, as rows of the server's table.
#pragma once

#include <memory>
#include <vector>

#include "mcp/browser/sessions.h"
#include "mcp/tool.h"

namespace mcp::browser {

// browser_session_open, browser_snapshot, browser_act, browser_session_list_tabs,
// browser_session_close, browser_prune_recordings
std::vector<Tool> session_tools(const std::shared_ptr<Sessions>& sessions);

// browser_render_markdown, browser_screenshot, browser_pdf: of an address, or of a session's tab
std::vector<Tool> page_tools(const std::shared_ptr<Sessions>& sessions);

Tool search_tool(const std::shared_ptr<Sessions>& sessions);

// What a page says, marked as such.
std::string page_text(std::string_view text);

}  // namespace mcp::browser
