// What a page holds, a line an element, as a model is to read it: from the accessibility trees of
// its frames (pure). Wrappers that say nothing are left out, text is joined, what only repeats a
// control's name is dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "mcp/browser/ax_tree.h"
#include "mcp/browser/refs.h"

namespace mcp::browser {

struct FrameView {
  FrameKey key;
  AxTree tree = {};
  std::unordered_set<int64_t> clickable = {};
  std::map<int64_t, size_t> inner =
      {};                    // by the element that holds the frame: its place in the list
  std::string problem = {};  // why the tree is empty
};

struct Line {
  int depth = 0;
  std::string role = {};  // "text" for text
  std::string name = {};
  std::string tail = {};  // states, address, value, as they are shown
  size_t view = 0;        // the element: its frame's place in the list, and its node
  int64_t dom_node = 0;
  bool is_control = false;  // can be acted upon
  int ref = 0;              // 0: none yet

  std::string text() const;  // `- button "Log in" [ref=e5] [disabled]`, without indentation
};

// Frames nest by their place in the list: an inner one comes after its outer one; the first is the
// page.
std::vector<Line> outline(const std::vector<FrameView>& views);

// The index after the line and all that is below it.
size_t end_of(const std::vector<Line>& lines, size_t at);

// `button "Log in"`.
std::string label_of(const Line& line);

}  // namespace mcp::browser
