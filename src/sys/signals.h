// Signals taken as values in the order of the program, instead of handlers.
#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>
#include <optional>

#include "sys/descriptor.h"

namespace sys {

// While it lives, the named signals are blocked for this thread and are had from wait(). Forked
// processes inherit the block; sys::spawn lifts it.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal, or nullopt after the timeout; zero only looks.
  std::optional<int> wait(std::chrono::milliseconds timeout);

 private:
  sigset_t wanted_;
  sigset_t before_;
};

}  // namespace sys
