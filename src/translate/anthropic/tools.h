// Which tools the model sees, and how it must use them.
#pragma once

#include <string>
#include <vector>

#include "protocol/anthropic/request.h"
#include "protocol/json/document.h"

namespace translate::from_anthropic {

struct ToolList {
  // The client's own, in the order given; then the deferred ones in the order in which the
  // conversation loaded them, so that a list only ever grows at its end.
  std::vector<json::Value> shown;
  std::vector<json::Value> server;  // tools of the API's own: none of them is here
};

ToolList choose_tools(const anthropic::Request& request);

// `"tools":[…]`; only name, description and schema of each (T23).
void append_tools(std::string& out, const std::vector<json::Value>& tools);

// What to answer instead of asking the model, or empty: the client gave nothing but tools of the
// API's own, or insists on one. A model left alone would make up their results (E14, T27).
std::string missing_tool_notice(const anthropic::Request& request, const ToolList& tools);

}  // namespace translate::from_anthropic
