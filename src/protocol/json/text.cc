#include "protocol/json/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <experimental/simd>

namespace json {
namespace {

namespace simd = std::experimental;
using Byte = unsigned char;
using Bytes = simd::native_simd<Byte>;

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr uint64_t highs = 0x8080808080808080;

uint64_t load(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

constexpr size_t block = 4 * Bytes::size();

bool is_ascii_block(const char* bytes) {
  const auto at = [bytes](size_t i) {
    return Bytes(reinterpret_cast<const Byte*>(bytes + i * Bytes::size()), simd::element_aligned);
  };
  return simd::none_of((at(0) | at(1) | at(2) | at(3)) >= Byte{0x80});
}

// Index of the first byte at or after `from` for which `test` holds, else text.size().
template <class Vector, class Test>
size_t find_first(std::string_view text, size_t from, Test test) {
  using Element = Vector::value_type;
  size_t at = from;
  for (; at + Vector::size() <= text.size(); at += Vector::size()) {
    const Vector bytes(reinterpret_cast<const Element*>(text.data() + at), simd::element_aligned);
    const auto found = test(bytes);
    if (simd::any_of(found)) return at + static_cast<size_t>(simd::find_first_set(found));
  }
  while (at < text.size() && !test(static_cast<Element>(text[at]))) ++at;
  return at;
}

// Index of the first byte at or after `from` that does not begin a valid sequence, else
// text.size().
size_t find_invalid(std::string_view text, size_t from) {
  size_t at = from;
  while (at < text.size()) {
    if (at + block <= text.size() && is_ascii_block(text.data() + at)) {
      at += block;
      continue;
    }
    if (at + 8 <= text.size() && (load(text.data() + at) & highs) == 0) {
      at += 8;
      continue;
    }
    const size_t length = utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

void append_code_point(std::string& out, uint32_t point) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 63));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 63));
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  }
}

// The UTF-16 unit of a \u escape at the start of `text`, or -1 when there is none.
int escaped_unit(std::string_view text) {
  return text.starts_with("\\u") ? hex4(text.substr(2)) : -1;
}

bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

char unescaped_letter(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

// Reads the \u escape (or pair of them) at text[at], moves `at` past it and appends its character.
void append_unit(std::string& out, std::string_view text, size_t& at) {
  const int unit = escaped_unit(text.substr(at));
  at += 6;
  if (is_high_surrogate(unit) && at <= text.size()) {
    const int low = escaped_unit(text.substr(at));
    if (is_low_surrogate(low)) {
      at += 6;
      append_code_point(out, 0x10000 + (static_cast<uint32_t>(unit - 0xD800) << 10) +
                                 static_cast<uint32_t>(low - 0xDC00));
      return;
    }
  }
  if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
    out += replacement;
  } else {
    append_code_point(out, static_cast<uint32_t>(unit));
  }
}

// Index of the quote that ends the string whose inside begins at `from`, else text.size().
size_t end_of_string(std::string_view text, size_t from) {
  size_t at = find_special(text, from);
  while (at < text.size() && text[at] != '"') at = find_special(text, at + 2);
  return std::min(at, text.size());
}

// Whether the escaped string has an escape that append_escaped would write otherwise.
bool has_needless_escape(std::string_view escaped) {
  for (size_t at = escaped.find('\\'); at < escaped.size(); at = escaped.find('\\', at + 2))
    if (at + 1 < escaped.size() && std::strchr("u/bf", escaped[at + 1]) != nullptr) return true;
  return false;
}

// The string with its quotes in the form that append_escaped gives it.
void append_canonical(std::string& out, std::string_view escaped) {
  out += '"';
  if (has_needless_escape(escaped)) {
    append_escaped(out, unescape(escaped));
  } else {
    out += escaped;
  }
  out += '"';
}

}  // namespace

size_t find_special(std::string_view text, size_t from) {
  return find_first<Bytes>(
      text, from, [](auto c) { return c < Byte{0x20} || c == Byte{'"'} || c == Byte{'\\'}; });
}

size_t find_special_or_wide(std::string_view text, size_t from) {
  using Signed = signed char;  // bytes from 0x80 are below zero
  return find_first<simd::native_simd<Signed>>(
      text, from, [](auto c) { return c < Signed{0x20} || c == Signed{'"'} || c == Signed{'\\'}; });
}

void append_escaped(std::string& out, std::string_view text) {
  if (!is_utf8(text)) {
    append_escaped(out, to_utf8(text));
    return;
  }
  size_t at = 0;
  while (true) {
    const size_t special = find_special(text, at);
    out += text.substr(at, special - at);
    if (special == text.size()) return;
    const char c = text[special];
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        constexpr std::string_view hex = "0123456789abcdef";
        out += "\\u00";
        out += hex[static_cast<size_t>(c) >> 4 & 15];
        out += hex[static_cast<size_t>(c) & 15];
      }
    }
    at = special + 1;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string unescape(std::string_view escaped) {
  std::string out;
  out.reserve(escaped.size());
  size_t at = 0;
  while (at < escaped.size()) {
    const size_t slash = escaped.find('\\', at);
    out += escaped.substr(at, slash - at);
    if (slash == std::string_view::npos) break;
    at = slash;
    if (escaped[at + 1] == 'u') {
      append_unit(out, escaped, at);
    } else {
      out += unescaped_letter(escaped[at + 1]);
      at += 2;
    }
  }
  return out;
}

void append_without_lone_surrogates(std::string& out, std::string_view escaped) {
  size_t at = 0;
  while (at < escaped.size()) {
    const size_t slash = escaped.find('\\', at);
    out += escaped.substr(at, slash - at);
    if (slash == std::string_view::npos) return;
    at = slash;
    const int unit = escaped_unit(escaped.substr(at));
    if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      append_unit(out, escaped, at);
    } else {
      const size_t length = unit >= 0 ? 6 : 2;
      out += escaped.substr(at, length);
      at += length;
    }
  }
}

int hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  for (size_t i = 0; i < 4; ++i) {
    const char c = text[i];
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  return find_invalid(text, 0) == text.size();
}

std::string to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t at = 0;
  while (true) {
    const size_t invalid = find_invalid(text, at);
    out += text.substr(at, invalid - at);
    if (invalid == text.size()) return out;
    out += replacement;
    at = invalid + 1;
  }
}

void append_compact(std::string& out, std::string_view json) {
  size_t at = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      const size_t end = end_of_string(json, at + 1);
      append_canonical(out, json.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
      ++at;
    }
  }
}

}  // namespace json
