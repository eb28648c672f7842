// How often the engine may be asked: one question every two seconds, and none for a while after it
// wanted to check who asks. Asking on would only prolong that. Pure.
#pragma once

#include <algorithm>
#include <chrono>

namespace mcp::search {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  using Wait = std::chrono::milliseconds;
  static constexpr Wait between{2000};
  static constexpr std::chrono::seconds first_pause{60};
  static constexpr std::chrono::seconds longest_pause{3600};

  // How long the next question has to wait; it is counted as asked then.
  Wait take_turn(Clock::time_point now) {
    const Clock::time_point turn = std::max(now, next_);
    next_ = turn + between;
    return std::chrono::ceil<Wait>(turn - now);
  }

  void challenged(Clock::time_point now) {
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    paused_until_ = now + pause_;
  }
  void answered() { pause_ = std::chrono::seconds{0}; }

  // What is left of a pause.
  std::chrono::seconds pause(Clock::time_point now) const {
    return now < paused_until_ ? std::chrono::ceil<std::chrono::seconds>(paused_until_ - now)
                               : std::chrono::seconds{0};
  }

 private:
  Clock::time_point next_{};
  Clock::time_point paused_until_{};
  std::chrono::seconds pause_{0};
};

}  // namespace mcp::search
