// The reader against another one: what both take must say the same, and neither takes what the
// other refuses, but for lone surrogates (taken here) and depth (bounded here).
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace json {
namespace {

using Other = nlohmann::ordered_json;

Other convert(Value value) {
  switch (value.kind()) {
    case Kind::absent:
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return value.is_true();
    case Kind::number:
      return Other::parse(value.raw());
    case Kind::string:
      return value.string();
    case Kind::array: {
      Other array = Other::array();
      for (const Value element : value) array.push_back(convert(element));
      return array;
    }
    case Kind::object: {
      Other object = Other::object();
      for (auto it = value.begin(); it != value.end(); ++it)
        object[it.key().string()] = convert(*it);
      return object;
    }
  }
  return nullptr;
}

void expect_agreement(const std::string& text) {
  Document document;
  const bool taken = !document.parse(text);
  const Other other = Other::parse(text, nullptr, false);
  if (other.is_discarded()) {
    // Surrogates and numbers out of range are not this reader's matter.
    if (text.find("\\u") != text.npos || text.find("\\U") != text.npos) return;
    if (text.find_first_of("eE") != text.npos) return;
    EXPECT_FALSE(taken) << text;
    return;
  }
  ASSERT_TRUE(taken) << text;
  EXPECT_EQ(convert(document.root()), other) << text;
  std::string compacted;
  append_compact(compacted, document.root().raw());
  EXPECT_EQ(Other::parse(compacted, nullptr, false), other) << text;
  std::string again;
  append_compact(again, compacted);
  EXPECT_EQ(again, compacted);
}

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::string value(int depth) {
    const size_t kind = below(depth > 0 ? 7 : 5);
    switch (kind) {
      case 0:
        return pick({"null", "true", "false"});
      case 1:
      case 2:
        return pick({"0", "-0", "1", "-12", "3.25", "1e3", "2E-2", "1.5e+7", "123456789012345678"});
      case 3:
      case 4:
        return string();
      case 5:
        return series('[', ']', [&] { return value(depth - 1); });
      default:
        return series('{', '}',
                      [&] { return string() + space() + ":" + space() + value(depth - 1); });
    }
  }

  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

 private:
  std::string pick(std::initializer_list<const char*> texts) {
    return *(texts.begin() + below(texts.size()));
  }
  std::string space() { return pick({"", "", "", " ", "\n\t", "\r\n  "}); }
  std::string string() {
    std::string text = "\"";
    for (size_t i = below(12); i > 0; --i)
      text += pick({"a",
                    "b",
                    " ",
                    "\\n",
                    "\\\"",
                    "\\\\",
                    "\\/",
                    "\\u0041",
                    "\\u00e9",
                    "\\ud83e\\udd16",
                    "ü",
                    "日",
                    "🤖",
                    "{",
                    "]",
                    ",",
                    ":",
                    "\\b",
                    "\\f",
                    "\\t",
                    "\\r",
                    "\\u0000",
                    "longer text without anything"});
    return text + '"';
  }
  template <class Element>
  std::string series(char open, char close, Element element) {
    std::string text(1, open);
    text += space();
    const size_t count = below(5);
    for (size_t i = 0; i < count; ++i) text += (i > 0 ? "," : "") + space() + element() + space();
    return text + close;
  }

  std::mt19937 random_;
};

TEST(Document, AgreesWithAnotherReaderOnValidTexts) {
  for (unsigned seed = 0; seed < 3000; ++seed) expect_agreement(Maker(seed).value(5));
}

TEST(Document, AgreesWithAnotherReaderOnBrokenTexts) {
  for (unsigned seed = 0; seed < 6000; ++seed) {
    Maker maker(seed);
    std::string text = maker.value(4);
    constexpr std::string_view bytes = "\"\\{}[],:0123.eE+-tfnu \n\x01\x7F\xC3\xFF";
    for (size_t edits = 1 + maker.below(3); edits > 0 && !text.empty(); --edits) {
      const size_t at = maker.below(text.size());
      const char byte = bytes[maker.below(bytes.size())];
      switch (maker.below(3)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1 + maker.below(3));
      }
    }
    expect_agreement(text);
  }
}

TEST(Document, AgreesWithAnotherReaderOnEveryPrefix) {
  const std::string text = R"({"a":[1,-2.5e+3,{"b":"x\"\\\u00e9ü"},true,null,false],"":{}})";
  for (size_t size = 0; size <= text.size(); ++size) expect_agreement(text.substr(0, size));
}

}  // namespace
}  // namespace json
