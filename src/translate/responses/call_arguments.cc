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

// Unescaped.
std::string input_of(const std::string& arguments) {
  json::Document document;
  if (document.parse(arguments)) return arguments;
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

struct StringEnd {
  size_t end;   // of what is whole
  bool closed;  // by the quote after it
};

// Where a JSON string's inside, perhaps cut off, can be cut so that no escape is broken; a pair of
// surrogates stays together.
StringEnd whole_characters(std::string_view inside) {
  size_t at = 0;
  while (at < inside.size()) {
    if (inside[at] == '"') return {at, true};
    size_t length = 1;
    if (inside[at] == '\\') {
      const bool by_number = inside.substr(at, 2) == "\\u";
      length = by_number ? 6 : 2;
      const int unit = by_number && at + 6 <= inside.size() ? json::hex4(inside.substr(at + 2)) : 0;
      if (unit >= 0xD800 && unit < 0xDC00) length = 12;
    }
    if (at + length > inside.size()) break;
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

std::string_view FreeformStream::feed(std::string_view arguments) {
  told_.clear();
  if (state_ == State::after) return told_;
  rest_ += json::unescape(arguments);
  if (state_ == State::before) {
    const size_t length = prefix_length(rest_);
    if (length == 0) return told_;
    rest_.erase(0, length);
    state_ = State::inside;
  }
  const auto [end, closed] = whole_characters(rest_);
  told_ = rest_.substr(0, end);
  rest_.erase(0, end);
  if (closed) state_ = State::after;
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
