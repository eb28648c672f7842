// Which tools the model sees: every kind that the client can run, as functions.
#pragma once

#include <string>
#include <vector>

#include "protocol/json/document.h"
#include "protocol/responses/request.h"
#include "translate/responses/tool_names.h"

namespace translate::from_responses {

struct ListedTool {
  const NamedTool* name;
  json::Value tool;
};

struct ToolList {
  // Those of the request, then those that items of the conversation brought, in their order: a list
  // only ever grows at its end.
  std::vector<ListedTool> shown;
  std::vector<json::Value> hosted;  // tools of the API's own: none of them is here
};

// Namespaces are taken apart; every tool's name goes into `names`.
ToolList choose_tools(const responses::Request& request, ToolNames& names);
ToolList choose_tools(json::Value tools, ToolNames& names);

// `"tools":[…]`.
void append_tools(std::string& out, const std::vector<ListedTool>& tools);

// What to answer instead of asking the model, or empty: the client gave nothing but tools of the
// API's own, or insists on one. A model left alone would make up their results.
std::string missing_tool_notice(const responses::Request& request, const ToolList& tools);

}  // namespace translate::from_responses
