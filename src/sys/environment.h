// This process's environment as a value.
#pragma once

#include "config/paths.h"

namespace sys {

config::Environment environment();

}  // namespace sys
