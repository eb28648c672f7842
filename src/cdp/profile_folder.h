// The private profile of a browser of ours: a folder that goes with it. What a killed process has
// left behind is removed when the next one makes its own.
#pragma once

#include <filesystem>
#include <optional>

#include "sys/files.h"

namespace cdp {

class ProfileFolder {
 public:
  // Makes a new folder, 0700, below `root`. Throws base::Error.
  explicit ProfileFolder(const std::filesystem::path& root);
  ~ProfileFolder();
  ProfileFolder(const ProfileFolder&) = delete;
  ProfileFolder& operator=(const ProfileFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::optional<sys::FileLock> lock_;  // held while its process lives, however that ends
};

// Removes the folders below `root` that no living process holds; returns how many.
int remove_abandoned_profiles(const std::filesystem::path& root);

}  // namespace cdp
