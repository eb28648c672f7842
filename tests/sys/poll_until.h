// Waits for something that another process does.
#pragma once

#include <chrono>
#include <thread>

namespace testing_support {

// Asks every few milliseconds; false when it has not come true within the deadline.
template <class Condition>
bool poll_until(Condition condition, std::chrono::seconds deadline = std::chrono::seconds(15)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace testing_support
