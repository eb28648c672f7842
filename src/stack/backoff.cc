#include "stack/backoff.h"

#include <algorithm>

namespace stack {

int count_failures(int failures, std::chrono::milliseconds uptime) {
  return uptime >= sound_after ? 1 : failures + 1;
}

std::chrono::milliseconds restart_delay(int failures) {
  constexpr std::chrono::milliseconds first{500};
  const int doublings = std::clamp(failures - 1, 0, 10);
  return std::min(first * (1 << doublings), longest_delay);
}

}  // namespace stack
