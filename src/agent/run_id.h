// The name of one run in logs, headers and file names.
#pragma once

#include <string>

#include "config/paths.h"

namespace agent {

// A random UUID (version 4).
std::string new_run_id();

// AUTOSRE_RUN_ID, or a new one. Throws base::Error when it could be no file name or header.
std::string run_id_of(const config::Environment& environment);

}  // namespace agent
