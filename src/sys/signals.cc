#include "sys/signals.h"

#include <cerrno>
#include <ctime>

namespace sys {

Signals::Signals(std::initializer_list<int> numbers) {
  sigemptyset(&wanted_);
  for (const int number : numbers) sigaddset(&wanted_, number);
  pthread_sigmask(SIG_BLOCK, &wanted_, &before_);
}

Signals::~Signals() {
  // Those that came too late to be asked for are dropped, not delivered to the default action.
  while (wait(std::chrono::milliseconds(0))) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::wait(std::chrono::milliseconds timeout) {
  const timespec limit{.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                       .tv_nsec = static_cast<long>(timeout.count() % 1000) * 1'000'000};
  const int number = sigtimedwait(&wanted_, nullptr, &limit);
  if (number < 0) return std::nullopt;
  return number;
}

}  // namespace sys
