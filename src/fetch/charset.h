// From the bytes of a text to UTF-8: which encoding they are in, as browsers find it out (a byte
// order mark, the header, the page's own <meta>, a look at the bytes), by the names and tables of
// the WHATWG encoding standard. Pure.
#pragma once

#include <string>
#include <string_view>

namespace fetch {

struct DecodedText {
  std::string text;     // UTF-8; what could not be decoded is U+FFFD
  std::string charset;  // the standard's name of it: "UTF-8", "windows-1252"
};

// `content_type` is the header's value; `is_html`: a <meta> may name the encoding.
DecodedText decode_text(std::string_view bytes, std::string_view content_type, bool is_html);

// "text/html" of `Text/HTML; charset=…`.
std::string media_type(std::string_view content_type);
// A parameter's value, without quotes; empty when it is not there.
std::string parameter(std::string_view content_type, std::string_view name);

bool is_utf8(std::string_view bytes);

}  // namespace fetch
