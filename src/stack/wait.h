// Waits until a supervisor's stack answers, or tells why it does not.
#pragma once

#include <optional>

#include "stack/start.h"
#include "stack/state.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace stack {

// The state once it is ready; nullopt when a signal came first. Throws base::Error with the end of
// the log when the supervisor has died or a child ends again and again.
std::optional<State> wait_until_ready(const Files& files, const sys::ProcessId& supervisor,
                                      sys::Signals& signals, const Display& display);

}  // namespace stack
