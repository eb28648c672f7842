// The accessibility tree of one frame, from the answer of Accessibility.getFullAXTree (pure).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/json/document.h"

namespace mcp::browser {

struct AxNode {
  std::string role = {};  // "button", "StaticText"; empty for one that the tree ignores
  std::string name = {};
  std::string value = {};
  std::string url = {};
  std::vector<std::string> states = {};  // "disabled", "checked", "level=2", as they are shown
  int64_t dom_node = 0;                  // backendNodeId; 0: none
  bool is_focusable = false;
  bool is_editable = false;
  std::vector<size_t> children = {};
};

struct AxTree {
  std::vector<AxNode> nodes;  // the root first
};

AxTree decode_ax_tree(json::Value answer);

// From the answer of DOMSnapshot.captureSnapshot with the computed style `cursor`: the nodes that
// answer to the mouse and are no control by their role, by listener or by a hand for a cursor that
// their parent has not.
std::unordered_set<int64_t> decode_clickable(json::Value answer);

}  // namespace mcp::browser
