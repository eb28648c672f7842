// Against nlohmann's reader: both take the same texts (but for lone surrogates, numbers beyond
// double and depth) and mean the same by them.
#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include "fuzz/expect.h"
#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace {

using Other = nlohmann::ordered_json;

Other convert(json::Value value) {
  switch (value.kind()) {
    case json::Kind::absent:
    case json::Kind::null:
      return nullptr;
    case json::Kind::boolean:
      return value.is_true();
    case json::Kind::number:
      return Other::parse(value.raw(), nullptr, false);
    case json::Kind::string:
      return value.string();
    case json::Kind::array: {
      Other array = Other::array();
      for (const json::Value element : value) array.push_back(convert(element));
      return array;
    }
    case json::Kind::object: {
      Other object = Other::object();
      for (auto it = value.begin(); it != value.end(); ++it)
        object[it.key().string()] = convert(*it);
      return object;
    }
  }
  return nullptr;
}

size_t depth(std::string_view text) {
  size_t deepest = 0;
  size_t open = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') deepest = std::max(deepest, ++open);
    if ((c == '}' || c == ']') && open > 0) --open;
  }
  return deepest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string_view text = text_of(data, size);
  // nlohmann takes a zero for the end.
  if (text.find('\0') != text.npos) return 0;
  json::Document document;
  const bool taken = !document.parse(text);
  // nlohmann skips a byte order mark.
  const Other other = text.starts_with("\xEF\xBB\xBF") ? Other(Other::value_t::discarded)
                                                       : Other::parse(text, nullptr, false);
  if (taken) {
    std::string compact;
    json::append_compact(compact, document.root().raw());
    expect(json::is_utf8(compact), "compact is not UTF-8");
    std::string again;
    json::append_compact(again, compact);
    expect(again == compact, "compact is not stable");
    const Other small = Other::parse(compact, nullptr, false);
    // Numbers beyond double are syntax here and errors there.
    if (!small.is_discarded()) expect(convert(document.root()) == small, "compact differs");
  }
  if (!other.is_discarded()) {
    expect(taken || depth(text) > json::max_depth, "refuses JSON");
    if (taken) expect(convert(document.root()) == other, "means something else");
  } else if (taken) {
    const bool may_differ =
        text.find("\\u") != text.npos || text.find_first_of("eE") != text.npos || text.size() > 300;
    expect(may_differ, "takes what is no JSON");
  }
  return 0;
}
