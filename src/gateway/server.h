// The proxy's server: accepts, answers, ticks, drains.
#pragma once

#include <functional>

#include "gateway/options.h"

namespace gateway {

// Serves until SIGTERM or SIGINT, then lets open answers end (at most options.drain) and returns.
// Calls `on_ready` with the port once it listens and has asked the model server (2 s at most).
// Throws base::Error when it cannot listen.
void serve(Options options, const std::function<void(int port)>& on_ready);

}  // namespace gateway
