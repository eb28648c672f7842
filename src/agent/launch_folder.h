// The private files of one launch: written before the agent starts, removed when it has ended,
// although by then this process has become the agent.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"

namespace agent {

struct LaunchFile {
  std::filesystem::path path;
  std::string text;
};

// RUNTIME/launch/RUN_ID.PID: two launches never share one, even with the same run id.
std::filesystem::path launch_folder(const config::Paths& paths, std::string_view run_id);

// Makes the folder (0700) and the files (0600), all directly in it, and starts the process that
// removes them when this one ends. Removes what launches left that were killed together with
// theirs. Call it with one thread only: it forks.
void write_launch_files(const std::filesystem::path& folder, const std::vector<LaunchFile>& files);

}  // namespace agent
