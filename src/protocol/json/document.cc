#include "protocol/json/document.h"

#include <charconv>

#include "protocol/json/text.h"

namespace json {

// One pass over the text; `nodes` come in document order, a member's name before its value.
class Scanner {
 public:
  explicit Scanner(Document& document)
      : text_(document.text_), nodes_(document.nodes_), surrogates_(document.surrogates_) {}

  std::optional<SyntaxError> run() {
    if (!value()) return error();
    skip_space();
    if (at_ != text_.size()) {
      fail("text after the value");
      return error();
    }
    return std::nullopt;
  }

 private:
  std::optional<SyntaxError> error() const { return SyntaxError{at_, reason_}; }
  bool fail(const char* reason) {
    reason_ = reason;
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }
  size_t open(Kind kind) {
    nodes_.push_back({static_cast<uint32_t>(at_), 0, 0, kind, false, false});
    return nodes_.size() - 1;
  }
  bool close(size_t index) {
    nodes_[index].end = static_cast<uint32_t>(at_);
    nodes_[index].next = static_cast<uint32_t>(nodes_.size());
    return true;
  }

  // The depth bound keeps the recursion small.
  bool value() {
    skip_space();
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Kind::boolean);
      case 'f':
        return word("false", Kind::boolean);
      case 'n':
        return word("null", Kind::null);
      default:
        return number();
    }
  }

  bool object() {
    const size_t index = open(Kind::object);
    if (++depth_ > max_depth) return fail("nested too deeply");
    ++at_;
    skip_space();
    if (peek() == '}') return ++at_, --depth_, close(index);
    while (true) {
      skip_space();
      if (peek() != '"') return fail("a member's name was expected");
      if (!string()) return false;
      skip_space();
      if (peek() != ':') return fail("':' was expected");
      ++at_;
      if (!value()) return false;
      skip_space();
      if (peek() == '}') return ++at_, --depth_, close(index);
      if (peek() != ',') return fail("',' or '}' was expected");
      ++at_;
    }
  }

  bool array() {
    const size_t index = open(Kind::array);
    if (++depth_ > max_depth) return fail("nested too deeply");
    ++at_;
    skip_space();
    if (peek() == ']') return ++at_, --depth_, close(index);
    while (true) {
      if (!value()) return false;
      skip_space();
      if (peek() == ']') return ++at_, --depth_, close(index);
      if (peek() != ',') return fail("',' or ']' was expected");
      ++at_;
    }
  }

  bool string() {
    const size_t index = open(Kind::string);
    ++at_;
    while (true) {
      at_ = find_special(text_, at_);
      if (at_ >= text_.size()) return fail("the string does not end");
      const char c = text_[at_];
      if (c == '"') return ++at_, close(index);
      if (c != '\\') return fail("a control character in a string");
      Node& node = nodes_[index];
      node.escaped = true;
      if (!escape(node)) return false;
    }
  }

  static bool is_letter_of_escape(char c) {
    switch (c) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return true;
      default:
        return false;
    }
  }

  bool escape(Node& node) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (is_letter_of_escape(c)) {
      at_ += 2;
      return true;
    }
    if (c != 'u') return fail("an unknown escape");
    const int unit = hex4(text_.substr(at_ + 2));
    if (unit < 0) return fail("\\u needs four hexadecimal digits");
    if (unit >= 0xD800 && unit <= 0xDFFF) node.surrogates = surrogates_ = true;
    at_ += 6;
    return true;
  }

  bool word(std::string_view word, Kind kind) {
    if (text_.substr(at_, word.size()) != word) return fail("a value was expected");
    const size_t index = open(kind);
    at_ += word.size();
    return close(index);
  }

  bool digits() {
    const size_t first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > first || fail("a digit was expected");
  }

  bool number() {
    if (peek() != '-' && (peek() < '0' || peek() > '9')) return fail("a value was expected");
    const size_t index = open(Kind::number);
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    return close(index);
  }

  std::string_view text_;
  std::vector<Node>& nodes_;
  bool& surrogates_;
  size_t at_ = 0;
  size_t depth_ = 0;
  const char* reason_ = "";
};

std::optional<SyntaxError> Document::parse(std::string_view text) {
  text_ = text;
  nodes_.clear();
  // An agent's first request has a value for every 72 bytes.
  nodes_.reserve(text.size() / 64);
  surrogates_ = false;
  std::optional<SyntaxError> error = Scanner(*this).run();
  if (error) nodes_.clear();
  return error;
}

Value Document::root() const {
  return nodes_.empty() ? Value() : Value(this, 0);
}

std::string_view Value::raw() const {
  if (document_ == nullptr) return {};
  return document_->text_.substr(node().begin, node().end - node().begin);
}

void Value::append_raw(std::string& out) const {
  if (document_ != nullptr && document_->surrogates_) {
    append_without_lone_surrogates(out, raw());
  } else {
    out += raw();
  }
}

std::string_view Value::escaped() const {
  if (!is(Kind::string)) return {};
  return document_->text_.substr(node().begin + 1, node().end - node().begin - 2);
}

void Value::append_escaped(std::string& out) const {
  if (has_surrogates()) {
    append_without_lone_surrogates(out, escaped());
  } else {
    out += escaped();
  }
}

std::string Value::string() const {
  if (!is(Kind::string)) return {};
  return node().escaped ? unescape(escaped()) : std::string(escaped());
}

bool Value::equals(std::string_view text) const {
  if (!is(Kind::string)) return false;
  return node().escaped ? unescape(escaped()) == text : escaped() == text;
}

std::optional<double> Value::number() const {
  if (!is(Kind::number)) return std::nullopt;
  const std::string_view digits = raw();
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc{}) return std::nullopt;
  return value;
}

std::optional<int64_t> Value::integer() const {
  const std::optional<double> value = number();
  if (!value || *value < -9e15 || *value > 9e15) return std::nullopt;
  const auto whole = static_cast<int64_t>(*value);
  if (static_cast<double>(whole) != *value) return std::nullopt;
  return whole;
}

bool Value::is_true() const {
  return is(Kind::boolean) && raw() == "true";
}

Value Value::operator[](std::string_view key) const {
  Value found;
  if (!is(Kind::object)) return found;
  const std::vector<Node>& nodes = document_->nodes_;
  const uint32_t last = node().next;
  for (uint32_t at = index_ + 1; at < last; at = nodes[at + 1].next) {
    const Node& name = nodes[at];
    // Most names differ in their length already.
    if (!name.escaped && name.end - name.begin != key.size() + 2) continue;
    if (Value(document_, at).equals(key)) found = Value(document_, at + 1);
  }
  return found;
}

Value::Iterator Value::begin() const {
  if (!is(Kind::array) && !is(Kind::object)) return {document_, 0, false};
  return {document_, index_ + 1, is(Kind::object)};
}

Value::Iterator Value::end() const {
  if (!is(Kind::array) && !is(Kind::object)) return {document_, 0, false};
  return {document_, node().next, is(Kind::object)};
}

size_t Value::size() const {
  size_t count = 0;
  const Iterator last = end();
  for (Iterator it = begin(); it != last; ++it) ++count;
  return count;
}

Value::Iterator& Value::Iterator::operator++() {
  const uint32_t value = members_ ? index_ + 1 : index_;
  index_ = document_->nodes_[value].next;
  return *this;
}

}  // namespace json
