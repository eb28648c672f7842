#include "fetch/charset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <lexbor/encoding/encoding.h>
#include <lexbor/html/encoding.h>

#include "base/strings.h"

namespace fetch {
namespace {

constexpr size_t prescan = 1024;  // bytes in which a page has to name its encoding

const lxb_char_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const lxb_char_t*>(text.data());
}

const lxb_encoding_data_t* encoding_named(std::string_view label) {
  label = base::trim(label);
  if (label.empty()) return nullptr;
  return lxb_encoding_data_by_pre_name(bytes_of(label), label.size());
}

// A page that names UTF-16 in bytes that could be read as ASCII is not in it.
const lxb_encoding_data_t* named_in_ascii(std::string_view label) {
  const lxb_encoding_data_t* data = encoding_named(label);
  if (!data) return nullptr;
  if (data->encoding == LXB_ENCODING_UTF_16LE || data->encoding == LXB_ENCODING_UTF_16BE)
    return lxb_encoding_data(LXB_ENCODING_UTF_8);
  return data;
}

const lxb_encoding_data_t* in_meta(std::string_view page) {
  page = page.substr(0, prescan);
  const std::unique_ptr<lxb_html_encoding_t, void (*)(lxb_html_encoding_t*)> finder(
      lxb_html_encoding_create(),
      [](lxb_html_encoding_t* it) { lxb_html_encoding_destroy(it, true); });
  if (!finder || lxb_html_encoding_init(finder.get()) != LXB_STATUS_OK) return nullptr;
  lxb_html_encoding_determine(finder.get(), bytes_of(page), bytes_of(page) + page.size());
  for (size_t i = 0; i < lxb_html_encoding_meta_length(finder.get()); ++i) {
    const lxb_html_encoding_entry_t* entry = lxb_html_encoding_meta_entry(finder.get(), i);
    const std::string_view label(reinterpret_cast<const char*>(entry->name),
                                 static_cast<size_t>(entry->end - entry->name));
    if (const auto* data = named_in_ascii(label)) return data;
  }
  return nullptr;
}

const lxb_encoding_data_t* in_xml_declaration(std::string_view page) {
  if (!page.starts_with("<?xml")) return nullptr;
  const std::string_view declaration = page.substr(0, std::min(page.find("?>"), prescan));
  const size_t name = declaration.find("encoding");
  if (name == declaration.npos) return nullptr;
  const size_t open = declaration.find_first_of("\"'", name);
  if (open == declaration.npos) return nullptr;
  const size_t close = declaration.find(declaration[open], open + 1);
  if (close == declaration.npos) return nullptr;
  return named_in_ascii(declaration.substr(open + 1, close - open - 1));
}

const lxb_encoding_data_t* find_encoding(std::string_view bytes, std::string_view content_type,
                                         bool is_html) {
  const lxb_encoding_t mark = lxb_encoding_bom_sniff(bytes_of(bytes), bytes.size());
  if (mark != LXB_ENCODING_DEFAULT) return lxb_encoding_data(mark);
  if (const auto* data = encoding_named(parameter(content_type, "charset"))) return data;
  if (const auto* data = in_xml_declaration(bytes)) return data;
  const lxb_encoding_data_t* data = is_html ? in_meta(bytes) : nullptr;
  if (data) return data;
  return lxb_encoding_data(is_utf8(bytes) ? LXB_ENCODING_UTF_8 : LXB_ENCODING_WINDOWS_1252);
}

void append_utf8(std::string& text, uint32_t point) {
  const auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  const auto tail = [&](int shift) { add(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xc0 | point >> 6);
    return tail(0);
  }
  if (point < 0x10000) {
    add(0xe0 | point >> 12);
    tail(6);
    return tail(0);
  }
  add(0xf0 | point >> 18);
  tail(12);
  tail(6);
  tail(0);
}

std::string convert(std::string_view bytes, const lxb_encoding_data_t* encoding) {
  std::array<lxb_codepoint_t, 4096> points;
  const lxb_codepoint_t replacement = 0xfffd;
  lxb_encoding_decode_t decoder;
  lxb_encoding_decode_init(&decoder, encoding, points.data(), points.size());
  lxb_encoding_decode_replace_set(&decoder, &replacement, 1);
  std::string text;
  const auto flush = [&] {
    const size_t used = lxb_encoding_decode_buf_used(&decoder);
    for (size_t i = 0; i < used; ++i) append_utf8(text, points[i]);
    lxb_encoding_decode_buf_used_set(&decoder, 0);
  };
  const lxb_char_t* at = bytes_of(bytes);
  const lxb_char_t* end = at + bytes.size();
  while (encoding->decode(&decoder, &at, end) == LXB_STATUS_SMALL_BUFFER) flush();
  flush();
  lxb_encoding_decode_finish(&decoder);
  flush();
  return text;
}

// The bytes of a character that begins with `lead`; 0 when none does.
size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

bool is_in_range(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;  // overlong
    case 0xed:
      return second < 0xa0;  // surrogates
    case 0xf0:
      return second >= 0x90;  // overlong
    case 0xf4:
      return second < 0x90;  // beyond U+10FFFF
    default:
      return true;
  }
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes[at]); };
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = utf8_length(byte(at));
    if (length == 0 || at + length > bytes.size()) return false;
    if (length > 1 && !is_in_range(byte(at), byte(at + 1))) return false;
    for (size_t i = 1; i < length; ++i) {
      if ((byte(at + i) & 0xc0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

DecodedText decode_text(std::string_view bytes, std::string_view content_type, bool is_html) {
  const lxb_encoding_data_t* encoding = find_encoding(bytes, content_type, is_html);
  DecodedText result{.text = {}, .charset = reinterpret_cast<const char*>(encoding->name)};
  const lxb_encoding_t mark = lxb_encoding_bom_sniff(bytes_of(bytes), bytes.size());
  if (mark == LXB_ENCODING_UTF_8) bytes.remove_prefix(3);
  if (mark == LXB_ENCODING_UTF_16LE || mark == LXB_ENCODING_UTF_16BE) bytes.remove_prefix(2);
  const bool is_plain = encoding->encoding == LXB_ENCODING_UTF_8 && is_utf8(bytes);
  result.text = is_plain ? std::string(bytes) : convert(bytes, encoding);
  return result;
}

std::string media_type(std::string_view content_type) {
  return base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
}

std::string parameter(std::string_view content_type, std::string_view name) {
  const auto parts = base::split(content_type, ';');
  for (size_t i = 1; i < parts.size(); ++i) {
    const size_t equals = parts[i].find('=');
    if (equals == parts[i].npos) continue;
    if (!base::equals_ignoring_case(base::trim(parts[i].substr(0, equals)), name)) continue;
    std::string_view value = base::trim(parts[i].substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return {};
}

}  // namespace fetch
