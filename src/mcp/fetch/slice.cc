#include "mcp/fetch/slice.h"

#include <algorithm>

namespace mcp::fetch {
namespace {

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, begins_character));
}

// Where the character with that number begins, from byte `at` on; the end when there are fewer.
size_t skip(std::string_view text, size_t at, size_t characters) {
  for (; at < text.size(); ++at) {
    if (begins_character(text[at]) && characters-- == 0) return at;
  }
  return text.size();
}

}  // namespace

Slice slice_of(std::string_view text, size_t begin, size_t length) {
  Slice slice;
  slice.total = count_characters(text);
  slice.begin = std::min(begin, slice.total);
  const size_t first = skip(text, 0, slice.begin);
  size_t last = skip(text, first, length);
  if (last < text.size()) {
    const size_t line_end = text.rfind('\n', last - 1);
    if (line_end != text.npos && line_end + 1 > first + (last - first) / 5 * 4) last = line_end + 1;
  }
  slice.text = text.substr(first, last - first);
  slice.end = slice.begin + count_characters(slice.text);
  return slice;
}

}  // namespace mcp::fetch
