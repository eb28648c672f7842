#include "translate/responses/call_arguments.h"

#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace translate {
namespace {

using json::Kind;
using json::Value;

constexpr std::string_view patch_begin = "*** Begin Patch";
constexpr std::string_view patch_end = "*** End Patch";

// The one text that the value holds; absent when it is not clear which.
Value only_text(Value value) {
  if (value.is(Kind::string)) return value;
  if (value.is(Kind::object)) {
    if (value["input"].is(Kind::string)) return value["input"];
    if (value.size() == 1) return only_text(*value.begin());
  }
  if (!value.is(Kind::array)) return {};
  Value last;  // ["apply_patch", "*** Begin Patch…"]
  for (const Value element : value) last = element;
  return last.is(Kind::string) ? last : Value();
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

// Models forget to escape the line breaks inside a JSON string.
std::string with_escaped_controls(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view here = text.substr(i, 1);
    if (in_string && here == "\\" && i + 1 < text.size()) {
      out += here;
      out += text[++i];
    } else if (in_string && is_control(text[i])) {
      json::append_escaped(out, here);
    } else {
      in_string ^= here == "\"";
      out += here;
    }
  }
  return out;
}

// Unescaped.
std::string input_of(const std::string& arguments) {
  json::Document document;
  std::string mended;
  if (document.parse(arguments)) {
    mended = with_escaped_controls(arguments);
    if (document.parse(mended)) return arguments;
  }
  const Value text = only_text(document.root());
  return text ? text.string() : arguments;
}

std::string_view patch_in(std::string_view text) {
  const size_t begin = text.find(patch_begin);
  const size_t end = text.rfind(patch_end);
  if (begin == text.npos || end == text.npos || end < begin) return text;
  size_t after = end + patch_end.size();
  if (after < text.size() && text[after] == '\n') ++after;
  return text.substr(begin, after - begin);
}

// The length of `{"input":"`, space between its parts allowed; 0: the text does not begin so (yet).
size_t prefix_length(std::string_view text) {
  size_t at = 0;
  for (const std::string_view token : {"{", "\"input\"", ":", "\""}) {
    at = text.find_first_not_of(" \n\t", at);
    if (at == text.npos || !text.substr(at).starts_with(token)) return 0;
    at += token.size();
  }
  return at;
}

// Of the escape that the text begins with: 0 when it is none, more than there is when not all of it
// has come. A pair of surrogates is one.
size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 2;
  if (text[1] != 'u') return std::string_view("\"\\/bfnrt").contains(text[1]) ? 2 : 0;
  if (text.size() < 6) return 6;
  const int unit = json::hex4(text.substr(2));
  if (unit < 0) return 0;
  if (unit < 0xD800 || unit >= 0xDC00) return 6;
  const std::string_view second = text.substr(6, 6);
  if (!second.starts_with(std::string_view("\\u").substr(0, second.size()))) return 6;
  if (second.size() < 6) return 12;
  const int low = json::hex4(second.substr(2));
  return low >= 0xDC00 && low < 0xE000 ? 12 : 6;
}

struct Taken {
  size_t length;
  bool last;  // the text ends there, or is no JSON from there on
};

// Appends what is whole of the inside of a JSON string that is still being written.
Taken take_whole(std::string_view inside, std::string& out) {
  size_t at = 0;
  while (at < inside.size()) {
    if (inside[at] == '"') return {at, true};
    const size_t length = inside[at] == '\\' ? escape_length(inside.substr(at)) : 1;
    if (length == 0) return {at, true};
    if (at + length > inside.size()) break;
    if (is_control(inside[at])) {
      json::append_escaped(out, inside.substr(at, length));
    } else {
      out += inside.substr(at, length);
    }
    at += length;
  }
  return {at, false};
}

}  // namespace

std::string freeform_input(std::string_view arguments, std::string_view tool) {
  const std::string input = input_of(json::unescape(arguments));
  const std::string_view wanted = tool == "apply_patch" ? patch_in(input) : std::string_view(input);
  std::string escaped;
  json::append_escaped(escaped, wanted);
  return escaped;
}

std::string_view FreeformStream::feed(std::string_view arguments, std::string_view tool) {
  told_.clear();
  if (state_ == State::after) return told_;
  rest_ += json::unescape(arguments);
  if (state_ == State::before) {
    const size_t length = prefix_length(rest_);
    if (length == 0) return told_;
    // What stands around a patch will be taken off.
    const std::string_view text = std::string_view(rest_).substr(length);
    if (tool == "apply_patch" && text.size() < patch_begin.size()) return told_;
    const bool plain = tool != "apply_patch" || text.starts_with(patch_begin);
    state_ = plain ? State::inside : State::after;
    if (!plain) return told_;
    rest_.erase(0, length);
  }
  std::string taken;
  const auto [length, last] = take_whole(rest_, taken);
  json::append_without_lone_surrogates(told_, taken);
  rest_.erase(0, length);
  if (last) state_ = State::after;
  return told_;
}

std::string object_text(std::string_view arguments) {
  const std::string text = json::unescape(arguments);
  json::Document document;
  std::string out;
  if (!document.parse(text) && document.root().is(Kind::object)) {
    json::append_compact(out, text);
    return out;
  }
  return R"({"query":)" + json::quoted(text) + "}";
}

}  // namespace translate
