// A part of a long text, counted in characters (code points). Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcp::fetch {

struct Slice {
  std::string_view text;
  size_t begin = 0;  // in characters
  size_t end = 0;    // behind its last one
  size_t total = 0;  // of the whole text

  bool is_last() const { return end == total; }
};

// At most `length` characters from `begin` on. Ends with a line where one ends in the last fifth,
// so that the next part begins with a line. The text is UTF-8.
Slice slice_of(std::string_view text, size_t begin, size_t length);

}  // namespace mcp::fetch
