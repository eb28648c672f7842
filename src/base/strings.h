// Small text functions without locale.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

inline std::string_view text_of(std::string_view text) {
  return text;
}
// The length of a literal is known.
template <size_t size>
std::string_view text_of(const char (&literal)[size]) {
  return {literal, size - 1};
}
// out += part for each part, without the temporary strings of a chain of +.
template <class... Parts>
void append(std::string& out, const Parts&... parts) {
  (out.append(text_of(parts)), ...);
}

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
// Of ASCII letters, here and below.
std::string lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool contains_ignoring_case(std::string_view text, std::string_view part);

// Plain decimal digits only; nullopt on anything else or on overflow.
std::optional<long long> parse_number(std::string_view digits);

// Standard alphabet; whitespace is skipped; nullopt when the text is not base64.
std::optional<std::string> decode_base64(std::string_view text);
// With padding, on one line.
std::string encode_base64(std::string_view bytes);

// How many letters must be put in, taken out or replaced to make one of the other.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `name` by edit distance (at most a third of its length), or empty.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

// Takes time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace base
