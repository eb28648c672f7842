#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace html {

// Bytes from the beginning that are UTF-8.
std::size_t valid_utf8_prefix(std::string_view text);

// Each byte that is no UTF-8 becomes U+FFFD.
std::string repaired_utf8(std::string_view text);

// Characters that are neither spaces nor controls.
std::size_t visible_characters(std::string_view utf8);

}  // namespace html
