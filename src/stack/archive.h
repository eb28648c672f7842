// Reads packages (tar.gz and zip).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace stack {

// Where an entry of the archive goes below a folder: its path without `prefix`, or nullopt when it
// is outside the prefix or would leave the folder. Pure.
std::optional<std::filesystem::path> place_of(std::string_view entry, std::string_view prefix);

// Unpacks the regular files below `prefix`; links and devices are left out. Throws base::Error when
// the archive is damaged or holds nothing below the prefix.
void unpack_below(const std::filesystem::path& archive, std::string_view prefix,
                  const std::filesystem::path& folder, const std::function<void()>& on_file);

// Writes one member to a new file.
void unpack_member(const std::filesystem::path& archive, std::string_view member,
                   const std::filesystem::path& target);

}  // namespace stack
