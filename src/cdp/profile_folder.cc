#include "cdp/profile_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.h"

namespace cdp {
namespace {

namespace fs = std::filesystem;

constexpr const char* prefix = "profile-";
constexpr const char* lock_suffix = ".lock";

// The lock lies beside the folder, so that it is there before the folder and goes after it.
fs::path lock_of(const fs::path& folder) {
  return folder.string() + lock_suffix;
}

// The processes of a browser that was just killed may still be writing.
void remove_folder(const fs::path& path) {
  std::error_code error;
  for (int attempt = 0; attempt < 3; ++attempt) {
    fs::remove_all(path, error);
    if (!error) return;
  }
}

}  // namespace

ProfileFolder::ProfileFolder(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root, error);
  if (error) throw base::Error("cannot make the folder \"" + root.string() + "\"", error.message());
  for (int attempt = 0; attempt < 3 && !lock_; ++attempt) {
    std::string name = (root / (std::string(prefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr)
      throw base::Error("cannot make a folder in \"" + root.string() + "\"", std::strerror(errno));
    path_ = name;
    lock_ = sys::FileLock::try_lock(lock_of(path_));
    // Another process that tidies up may have seen the folder before its lock.
    if (!fs::exists(path_, error) || !fs::exists(lock_of(path_), error)) lock_.reset();
  }
  if (!lock_) throw base::Error("cannot lock a browser profile in \"" + root.string() + "\"");
}

ProfileFolder::~ProfileFolder() {
  remove_folder(path_);
  std::error_code ignored;
  fs::remove(lock_of(path_), ignored);
}

int remove_abandoned_profiles(const fs::path& root) {
  int removed = 0;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path path = entry->path();
    const std::string name = path.filename().string();
    if (!name.starts_with(prefix) || name.ends_with(lock_suffix) || entry->is_symlink()) continue;
    const auto lock = sys::FileLock::try_lock(lock_of(path));
    if (!lock) continue;
    remove_folder(path);
    std::error_code ignored;
    fs::remove(lock_of(path), ignored);
    ++removed;
  }
  return removed;
}

}  // namespace cdp
