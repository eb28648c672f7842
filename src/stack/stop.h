// `stop`: ends the supervisor that is proven to be ours and waits until everything is gone.
#pragma once

#include "config/paths.h"
#include "stack/start.h"

namespace stack {

enum class Stopped {
  now,
  nothing_ran,
  cleaned_up,  // a supervisor had died; its state is removed
};

// Throws base::Error when it cannot prove whose the lock is, or something does not end.
Stopped stop_local(const config::Paths& paths, const Display& display);

}  // namespace stack
