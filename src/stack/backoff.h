// When a child that ended is started again. Pure.
#pragma once

#include <chrono>

namespace stack {

// Up so long, a child counts as sound again and its failures are forgotten.
constexpr std::chrono::seconds sound_after{60};
constexpr std::chrono::milliseconds longest_delay{30'000};

// How many failures in a row there are now, when there were `failures` before and this run lasted
// `uptime`.
int count_failures(int failures, std::chrono::milliseconds uptime);

// The wait before the next start: half a second after the first failure, then doubled up to the
// longest.
std::chrono::milliseconds restart_delay(int failures);

}  // namespace stack
