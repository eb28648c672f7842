// Heads of HTTP/1 messages: parsing (by Beast) and what the rest of the program sees of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace net {

constexpr size_t max_head = 64u << 10;

struct Header {
  std::string name;
  std::string value;
};

// The headers of a message that was received, all in one text.
class HeaderList {
 public:
  // Good until the next add().
  struct Entry {
    std::string_view name;
    std::string_view value;
  };

  void reserve(size_t bytes, size_t count);
  void add(std::string_view name, std::string_view value);
  // A range of Entry, in the order of the message.
  auto all() const {
    return std::views::iota(size_t{0}, ends_.size()) |
           std::views::transform([this](size_t index) { return at(index); });
  }

 private:
  Entry at(size_t index) const;

  struct Ends {
    uint32_t name;
    uint32_t value;
  };

  std::string text_;
  std::vector<Ends> ends_;
};

struct Head {
  HeaderList headers;
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = false;
  bool unknown_coding = false;  // a transfer coding that is not just "chunked"

  // The first value of that name in any case, or empty.
  std::string_view get(std::string_view name) const;
};

struct RequestHead : Head {
  std::string method;
  std::string target;
  bool http10 = false;

  std::string_view path() const;  // the target without its query
};

struct ResponseHead : Head {
  int status = 0;
};

enum class HeadState { incomplete, complete, too_large, malformed };

// Parses the head at the beginning of `bytes`; on complete `length` is its size, blank line
// included.
HeadState parse_head(std::string_view bytes, RequestHead& head, size_t& length);
HeadState parse_head(std::string_view bytes, ResponseHead& head, size_t& length);

std::string_view reason_phrase(int status);

}  // namespace net
