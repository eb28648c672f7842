#include "protocol/json/document.h"

#include <charconv>
#include <cstring>

#include "protocol/json/text.h"

namespace json {
namespace {

constexpr const char* not_utf8 = "bytes that are not UTF-8";

}  // namespace

// One pass over the text; `nodes` come in document order, a member's name before its value. Each
// step takes where it begins and returns where it ended, or null after fail().
class Scanner {
 public:
  explicit Scanner(Document& document)
      : text_(document.text_),
        begin_(text_.data()),
        end_(begin_ + text_.size()),
        nodes_(document.nodes_),
        surrogates_(document.surrogates_) {}

  std::optional<SyntaxError> run() {
    const char* at = value(begin_);
    if (at != nullptr && skip_space(at) == end_) return std::nullopt;
    if (at != nullptr) fail(skip_space(at), "text after the value");
    return SyntaxError{offset(failed_at_), reason_};
  }

 private:
  const char* fail(const char* at, const char* reason) {
    failed_at_ = at;
    reason_ = reason;
    return nullptr;
  }
  uint32_t offset(const char* at) const { return static_cast<uint32_t>(at - begin_); }
  char peek(const char* at) const { return at != end_ ? *at : '\0'; }
  const char* skip_space(const char* at) const {
    while (at != end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
    return at;
  }
  uint32_t next_index() const { return static_cast<uint32_t>(nodes_.size()); }
  const char* leaf(Kind kind, const char* begin, const char* end) {
    nodes_.push_back({offset(begin), offset(end), next_index() + 1, kind, false, false});
    return end;
  }
  size_t open(Kind kind, const char* begin) {
    nodes_.push_back({offset(begin), 0, 0, kind, false, false});
    return nodes_.size() - 1;
  }
  // `at` is the last character of the value.
  const char* close(size_t index, const char* at) {
    --depth_;
    nodes_[index].end = offset(at + 1);
    nodes_[index].next = next_index();
    return at + 1;
  }

  // The depth bound keeps the recursion small.
  const char* value(const char* at) {
    at = skip_space(at);
    switch (peek(at)) {
      case '{':
        return object(at);
      case '[':
        return array(at);
      case '"':
        return string(at);
      case 't':
        return word(at, "true", Kind::boolean);
      case 'f':
        return word(at, "false", Kind::boolean);
      case 'n':
        return word(at, "null", Kind::null);
      default:
        return number(at);
    }
  }

  const char* object(const char* at) {
    const size_t index = open(Kind::object, at);
    if (++depth_ > max_depth) return fail(at, "nested too deeply");
    at = skip_space(at + 1);
    if (peek(at) == '}') return close(index, at);
    while (true) {
      at = skip_space(at);
      if (peek(at) != '"') return fail(at, "a member's name was expected");
      at = string(at);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (peek(at) != ':') return fail(at, "':' was expected");
      at = value(at + 1);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (peek(at) == '}') return close(index, at);
      if (peek(at) != ',') return fail(at, "',' or '}' was expected");
      ++at;
    }
  }

  const char* array(const char* at) {
    const size_t index = open(Kind::array, at);
    if (++depth_ > max_depth) return fail(at, "nested too deeply");
    at = skip_space(at + 1);
    if (peek(at) == ']') return close(index, at);
    while (true) {
      at = value(at);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (peek(at) == ']') return close(index, at);
      if (peek(at) != ',') return fail(at, "',' or ']' was expected");
      ++at;
    }
  }

  const char* string(const char* const begin) {
    bool escaped = false;
    bool surrogates = false;
    const char* at = begin + 1;
    while (true) {
      at = begin_ + find_special_or_wide(text_, offset(at));
      if (at == end_) return fail(at, "the string does not end");
      if (*at == '"') break;
      if (*at == '\\') {
        escaped = true;
        at = escape(at, surrogates);
      } else {
        at = wide(at);
      }
      if (at == nullptr) return nullptr;
    }
    ++at;
    nodes_.push_back(
        {offset(begin), offset(at), next_index() + 1, Kind::string, escaped, surrogates});
    surrogates_ = surrogates_ || surrogates;
    return at;
  }

  const char* escape(const char* at, bool& surrogates) {
    switch (peek(at + 1)) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return at + 2;
      case 'u':
        break;
      default:
        return fail(at, "an unknown escape");
    }
    const int unit = hex4(text_.substr(offset(at + 2)));
    if (unit < 0) return fail(at, "\\u needs four hexadecimal digits");
    if (unit >= 0xD800 && unit <= 0xDFFF) surrogates = true;
    return at + 6;
  }

  // A run of characters that are not ASCII.
  const char* wide(const char* at) {
    if (static_cast<unsigned char>(*at) < 0x80) return fail(at, "a control character in a string");
    while (static_cast<unsigned char>(peek(at)) >= 0x80) {
      const size_t length = utf8_length({at, end_});
      if (length == 0) return fail(at, not_utf8);
      at += length;
    }
    return at;
  }

  const char* word(const char* at, std::string_view word, Kind kind) {
    if (!std::string_view(at, end_).starts_with(word)) return fail(at, "a value was expected");
    return leaf(kind, at, at + word.size());
  }

  const char* digits(const char* at) {
    const char* const first = at;
    while (peek(at) >= '0' && peek(at) <= '9') ++at;
    return at > first ? at : fail(at, "a digit was expected");
  }

  const char* number(const char* const begin) {
    const char* at = begin;
    if (peek(at) != '-' && (peek(at) < '0' || peek(at) > '9'))
      return fail(at, "a value was expected");
    if (peek(at) == '-') ++at;
    at = peek(at) == '0' ? at + 1 : digits(at);
    if (at != nullptr && peek(at) == '.') at = digits(at + 1);
    if (at == nullptr) return nullptr;
    if (peek(at) == 'e' || peek(at) == 'E') {
      ++at;
      if (peek(at) == '+' || peek(at) == '-') ++at;
      at = digits(at);
      if (at == nullptr) return nullptr;
    }
    return leaf(Kind::number, begin, at);
  }

  std::string_view text_;
  const char* begin_;
  const char* end_;
  std::vector<Node>& nodes_;
  bool& surrogates_;
  size_t depth_ = 0;
  const char* failed_at_ = nullptr;
  const char* reason_ = "";
};

std::optional<SyntaxError> Document::parse(std::string_view text) {
  text_ = text;
  nodes_.clear();
  // An agent's first request has a node for every 55 to 72 bytes.
  nodes_.reserve(text.size() / 50);
  surrogates_ = false;
  std::optional<SyntaxError> error = Scanner(*this).run();
  if (error) nodes_.clear();
  return error;
}

std::optional<SyntaxError> Document::parse_mended(std::string& text) {
  std::optional<SyntaxError> error = parse(text);
  if (!error || error->reason != not_utf8) return error;
  text = to_utf8(text);
  return parse(text);
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
  if (!is(Kind::object)) return {};
  const Node* const nodes = document_->nodes_.data();
  const char* const text = document_->text_.data();
  const uint32_t last = nodes[index_].next;
  uint32_t found = 0;
  // Many names are equally long, few begin alike. The closing quote is there where a key is empty.
  const char initial = key.empty() ? '"' : key.front();
  for (uint32_t at = index_ + 1; at < last; at = nodes[at + 1].next) {
    const Node& name = nodes[at];
    if (name.escaped ? Value(document_, at).equals(key)
                     : name.end - name.begin == key.size() + 2 && text[name.begin + 1] == initial &&
                           std::memcmp(text + name.begin + 1, key.data(), key.size()) == 0)
      found = at + 1;
  }
  return found == 0 ? Value() : Value(document_, found);
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
