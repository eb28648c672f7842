#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace html {

// Bytes from the beginning that are UTF-8.
std::size_t valid_utf8_prefix(std::string_view text);

// Each byte that is no UTF-8 becomes U+FFFD.
std::string repaired_utf8(std::string_view text);

// At most `most` bytes of it, whole characters.
std::string_view cut_utf8(std::string_view text, std::size_t most);

}  // namespace html
