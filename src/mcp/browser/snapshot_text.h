// Makes an outline fit: the part that was asked for, within a budget, and says what is left out
// (pure).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mcp/browser/outline.h"

namespace mcp::browser {

struct SnapshotWish {
  size_t max_chars = 12'000;
  bool controls_only = false;
  std::string find = {};  // lines that contain it, with what they are in
  // Only what is below this element, whole.
  struct Root {
    int ref;
    size_t view;
    int64_t dom_node;
  };
  std::optional<Root> root = {};
  size_t offset = 0;  // lines to pass over
};

// `number` gives an element its ref.
std::string snapshot_text(std::vector<Line> lines, const SnapshotWish& wish,
                          const std::function<int(const Line&)>& number);

}  // namespace mcp::browser
