// Whether a host lets us in.
#pragma once

#include <chrono>

#include "base/error.h"
#include "ssh/command.h"

namespace ssh {

// Runs `true` over there. The error is the client's last word, e.g. "Permission denied
// (publickey)".
base::Result<void> reach(const Target& target,
                         std::chrono::milliseconds deadline = std::chrono::seconds(20));

}  // namespace ssh
