// The chunked transfer coding (RFC 9112 §7.1) of a body cut anywhere. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace net {

class ChunkDecoder {
 public:
  // Calls on_data(string_view) for each stretch of content in `bytes`. Returns how many bytes
  // belong to the body; fewer than given only when it is complete. After an error failed() is true.
  template <class OnData>
  size_t feed(std::string_view bytes, OnData&& on_data) {
    size_t at = 0;
    while (at < bytes.size() && state_ < State::complete) {
      if (state_ == State::data) {
        const auto take = std::min<uint64_t>(left_, bytes.size() - at);
        on_data(bytes.substr(at, take));
        at += take;
        left_ -= take;
        if (left_ == 0) state_ = State::data_end;
      } else {
        step(bytes[at++]);
      }
    }
    return at;
  }

  bool complete() const { return state_ == State::complete; }
  bool failed() const { return state_ == State::failed; }

 private:
  enum class State {
    size,
    extension,
    size_end,
    data,
    data_end,
    data_lf,
    trailer,
    complete,
    failed
  };
  void step(char c);
  void size_digit(char c);

  State state_ = State::size;
  uint64_t left_ = 0;
  int digits_ = 0;
  uint32_t line_ = 0;      // bytes of the present extension or trailer line
  uint32_t trailers_ = 0;  // bytes of trailer in all
};

}  // namespace net
