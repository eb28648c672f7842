// HTTP/1.1 framing as both bench programs read it: a head, a body in pieces, a count of a marker in
// it. Never writes, never touches a socket.
#pragma once

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <strings.h>

namespace bench {

struct Head {
  std::string_view method;  // requests
  std::string_view path;    // requests
  int status = 0;           // responses
  bool chunked = false;
  bool closing = false;
  std::size_t length = 0;
};

inline std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find("\r\n"), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 2, text.size()));
  return line;
}

// The value of `line` if it is the header `name`, lower case; else empty.
inline std::string_view header_value(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return {};
  if (strncasecmp(line.data(), name.data(), name.size()) != 0) return {};
  line.remove_prefix(name.size() + 1);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

// `text` is a whole head with its blank line; the views in the result point into it.
inline Head decode_head(std::string_view text) {
  Head head;
  const auto first = take_line(text);
  const auto space = std::min(first.find(' '), first.size());
  head.method = first.substr(0, space);
  head.path = first.substr(std::min(space + 1, first.size()));
  head.path = head.path.substr(0, head.path.find_first_of(" ?"));
  std::from_chars(head.path.data(), head.path.data() + head.path.size(), head.status);
  while (!text.empty()) {
    const auto line = take_line(text);
    if (const auto v = header_value(line, "content-length"); !v.empty())
      std::from_chars(v.data(), v.data() + v.size(), head.length);
    if (header_value(line, "transfer-encoding") == "chunked") head.chunked = true;
    if (header_value(line, "connection") == "close") head.closing = true;
  }
  return head;
}

// Takes one message's body off a byte stream, plain or chunked.
class Body {
 public:
  void start(const Head& head) {
    left_ = head.length;
    state_ = head.chunked ? State::size : left_ == 0 ? State::done : State::plain;
    if (head.chunked) left_ = 0;
  }

  bool done() const { return state_ == State::done; }

  // Hands the payload in `in` to `sink`, returns how many bytes belonged to this message.
  template <class Sink>
  std::size_t feed(std::string_view in, Sink&& sink) {
    std::size_t at = 0;
    while (at < in.size() && state_ != State::done) {
      if (state_ == State::plain || state_ == State::data) {
        const auto part = in.substr(at, left_);
        sink(part);
        at += part.size();
        left_ -= part.size();
        if (left_ == 0) state_ = state_ == State::plain ? State::done : State::data_end;
      } else {
        framing(in[at++]);
      }
    }
    return at;
  }

 private:
  enum class State : std::uint8_t { plain, size, extension, data, data_end, trailer, done };

  static unsigned hex(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

  void framing(char c) {
    if (state_ == State::data_end) {
      if (c == '\n') state_ = State::size;
    } else if (state_ == State::trailer) {
      if (c == '\n') state_ = blank_ ? State::done : State::trailer;
      if (c != '\r') blank_ = c == '\n';
    } else if (c == '\n') {
      state_ = left_ == 0 ? State::trailer : State::data;
      blank_ = true;
    } else if (state_ == State::size && std::isxdigit(static_cast<unsigned char>(c))) {
      left_ = left_ * 16 + hex(c);
    } else {
      state_ = State::extension;
    }
  }

  std::size_t left_ = 0;
  State state_ = State::done;
  bool blank_ = false;
};

// Counts a marker in a text that comes in pieces cut anywhere.
class Marker {
 public:
  explicit Marker(std::string_view pattern) : pattern_(pattern) {}

  void feed(std::string_view text) {
    if (!tail_.empty()) {
      const auto kept = tail_.size();
      tail_.append(text.substr(0, pattern_.size() - 1));
      count_ += occurrences(tail_);
      tail_.resize(kept);
    }
    count_ += occurrences(text);
    keep_tail(text);
  }

  std::size_t count() const { return count_; }

  void reset() {
    count_ = 0;
    tail_.clear();
  }

 private:
  std::size_t occurrences(std::string_view text) const {
    std::size_t found = 0;
    for (auto at = text.find(pattern_); at != text.npos; at = text.find(pattern_, at + 1)) ++found;
    return found;
  }

  void keep_tail(std::string_view text) {
    const auto keep = pattern_.size() - 1;
    if (text.size() < keep) {
      tail_.append(text);
      if (tail_.size() > keep) tail_.erase(0, tail_.size() - keep);
    } else {
      tail_.assign(text.substr(text.size() - keep));
    }
  }

  std::string_view pattern_;
  std::string tail_;
  std::size_t count_ = 0;
};

}  // namespace bench
