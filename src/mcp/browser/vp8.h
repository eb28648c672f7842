// JPEG pictures to VP8 frames of one size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcp::browser {

class Vp8 {
 public:
  Vp8();
  ~Vp8();
  Vp8(const Vp8&) = delete;
  Vp8& operator=(const Vp8&) = delete;

  struct Frame {
    std::string bytes;
    bool is_key = false;
  };
  // `time` in milliseconds, larger with each frame. The first picture gives the size; others are
  // cut, or stand on black. nullopt when it is no JPEG or cannot be encoded.
  std::optional<Frame> encode(std::string_view jpeg, int64_t time);
  // The last picture once more.
  std::optional<Frame> repeat(int64_t time);

  int width() const;
  int height() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mcp::browser
