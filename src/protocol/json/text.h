// The inside of JSON strings: escaping, unescaping and UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace json {

// Index of the first quote, backslash or control character at or after `from`, else text.size().
size_t find_special(std::string_view text, size_t from);
// The same, or the first byte of a character that is not ASCII.
size_t find_special_or_wide(std::string_view text, size_t from);

// Appends `text` (UTF-8; invalid sequences become U+FFFD) escaped, without quotes.
void append_escaped(std::string& out, std::string_view text);
// The same with quotes.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);

// Of text that a Document has checked. Lone surrogates become U+FFFD; the second function takes a
// string's inside or a whole value's text.
std::string unescape(std::string_view escaped);
void append_without_lone_surrogates(std::string& out, std::string_view escaped);

// The value of four hexadecimal digits at the start of `text`, or -1.
int hex4(std::string_view text);

// Length of the valid UTF-8 sequence at the start of `text` (Unicode table 3-7), or 0.
size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);
// Every invalid sequence replaced by U+FFFD.
std::string to_utf8(std::string_view text);

// The text of a JSON value with no space outside strings and no escape that need not be: one form
// for equal values of one key order (numbers stay as they are written). Lone surrogates become
// U+FFFD.
void append_compact(std::string& out, std::string_view json);

}  // namespace json
