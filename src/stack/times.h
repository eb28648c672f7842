// How long phases took the last time, in a small JSON file, so that the next run can estimate.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace stack {

// Estimates are a comfort: a file that cannot be read or written is no error.
void record_time(const std::filesystem::path& file, const std::string& phase, double seconds);
std::optional<double> last_time(const std::filesystem::path& file, const std::string& phase);

}  // namespace stack
