// Reads what a page holds out of the browser.
#pragma once

#include <string>
#include <vector>

#include "mcp/browser/outline.h"
#include "mcp/browser/page.h"

namespace mcp::browser {

// All frames of the page, inner ones after their outer ones. A frame that cannot be read is there
// with its problem. Throws base::Error when the page itself cannot.
net::Task<std::vector<FrameView>> read_frames(std::shared_ptr<Tab> tab);

}  // namespace mcp::browser
