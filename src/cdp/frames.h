// Cuts what comes through a pipe into messages, each of which ends with a zero byte (pure).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace cdp {

class Frames {
 public:
  explicit Frames(size_t limit) : max_(limit) {}

  // Hands out the messages that are complete. Of one that is longer than the limit only the first
  // bytes are kept, and handed to on_oversized at its end.
  void feed(std::string_view bytes, const std::function<void(std::string)>& on_message,
            const std::function<void(std::string_view)>& on_oversized);

 private:
  size_t max_;
  std::string pending_;
  bool is_oversized_ = false;
};

}  // namespace cdp
