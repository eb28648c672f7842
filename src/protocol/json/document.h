// A JSON text checked as RFC 8259 says and kept as slices: nothing is copied or unescaped until
// asked for, so that strings and schemas pass from one protocol to another as they came. simdjson
// refuses lone surrogate escapes, which tool output contains; these are accepted here and mended
// where a string is read or copied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace json {

enum class Kind : uint8_t { absent, null, boolean, number, string, array, object };

struct Node {
  uint32_t begin;  // of the value's text, quotes included
  uint32_t end;
  uint32_t next;  // index after this value and all below it
  Kind kind;
  bool escaped;     // a string with at least one backslash
  bool surrogates;  // a string with a \uD800..\uDFFF escape
};

class Value;

// Where and why a text is not JSON.
struct SyntaxError {
  size_t offset;
  std::string reason;
};

constexpr size_t max_depth = 200;

class Document {
 public:
  // Keeps a view of `text`, which must outlive the document's values. A document may be used for
  // many texts, one after the other, without new memory. Texts must be under 4 GiB.
  std::optional<SyntaxError> parse(std::string_view text);
  // The same for text that may not be UTF-8: then each byte that is none becomes U+FFFD in it.
  std::optional<SyntaxError> parse_mended(std::string& text);
  Value root() const;

 private:
  friend class Value;
  friend class Scanner;
  std::string_view text_;
  std::vector<Node> nodes_;
  bool surrogates_ = false;  // a \uD800..\uDFFF escape is somewhere
};

// A value inside a document; default-constructed it is absent, and every question to an absent
// value has an empty answer.
class Value {
 public:
  Value() = default;
  Value(const Document* document, uint32_t index) : document_(document), index_(index) {}

  Kind kind() const { return document_ == nullptr ? Kind::absent : node().kind; }
  explicit operator bool() const { return document_ != nullptr; }
  bool is(Kind kind) const { return this->kind() == kind; }
  // Present and not null.
  bool given() const { return kind() > Kind::null; }

  // The value's own text.
  std::string_view raw() const;
  // The same with lone surrogates replaced, appended to `out`.
  void append_raw(std::string& out) const;
  // A string's text between the quotes, still escaped, lone surrogates and all; empty for others.
  std::string_view escaped() const;
  void append_escaped(std::string& out) const;  // with lone surrogates replaced
  // A string with a \uD800..\uDFFF escape, paired or not.
  bool has_surrogates() const { return is(Kind::string) && node().surrogates; }
  // Unescaped. Empty for anything but a string.
  std::string string() const;
  bool equals(std::string_view text) const;

  std::optional<double> number() const;
  std::optional<int64_t> integer() const;
  bool is_true() const;

  // The member of that name (the last if there are several), else absent.
  Value operator[](std::string_view key) const;

  // for (Value element : value) over an array; over an object it gives the members' values.
  class Iterator;
  Iterator begin() const;
  Iterator end() const;
  size_t size() const;

 private:
  friend class Iterator;
  const Node& node() const { return document_->nodes_[index_]; }

  const Document* document_ = nullptr;
  uint32_t index_ = 0;
};

class Value::Iterator {
 public:
  Iterator(const Document* document, uint32_t index, bool members)
      : document_(document), index_(index), members_(members) {}
  Value operator*() const { return Value(document_, members_ ? index_ + 1 : index_); }
  // The member's name, of an object only.
  Value key() const { return Value(document_, index_); }
  Iterator& operator++();
  bool operator!=(const Iterator& other) const { return index_ != other.index_; }

 private:
  const Document* document_;
  uint32_t index_;
  bool members_;
};

}  // namespace json
