// The model that a server last served, kept from one run of a proxy to the next.
#pragma once

#include <filesystem>

#include "gateway/options.h"

namespace cli {

// None known: an empty id. A file that is not ours is none.
gateway::ServedModel read_kept_model(const std::filesystem::path& file);

// A proxy goes on without: what goes wrong is logged.
void keep_model(const std::filesystem::path& file, const gateway::ServedModel& model);

}  // namespace cli
