// Runs a program to its end: a text for its stdin, and what it printed.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "sys/process.h"

namespace sys {

enum class Cut { none, interrupted, out_of_time, too_long };

struct Captured {
  std::string out;
  std::string err;
  Ended ended;
  Cut cut = Cut::none;  // why it was ended before it was done

  bool is_ok() const { return cut == Cut::none && ended.signal == 0 && ended.code == 0; }
};

struct CaptureLimits {
  std::chrono::milliseconds deadline{60000};
  size_t max_bytes = 64u << 20;  // of both streams together
  // Asked several times a second; yes ends the whole process group. Empty: never.
  std::function<bool()> interrupted = {};
};

// The input is kept in memory only, so that it may be a secret. Spawn::output is not used. Throws
// base::Error when the program cannot be started.
Captured capture(const Spawn& what, std::string_view input, const CaptureLimits& limits = {});

}  // namespace sys
