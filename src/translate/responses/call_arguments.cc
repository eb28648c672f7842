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

}  // namespace

std::string freeform_input(std::string_view arguments, std::string_view tool) {
  const std::string input = input_of(json::unescape(arguments));
  const std::string_view wanted = tool == "apply_patch" ? patch_in(input) : std::string_view(input);
  std::string escaped;
  json::append_escaped(escaped, wanted);
  return escaped;
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
