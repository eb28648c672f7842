// Files whole: read, replaced at once, appended to, locked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "sys/descriptor.h"

namespace sys {

// nullopt when there is no such file; throws base::Error on any other failure.
std::optional<std::string> read_file(const std::filesystem::path& path);

// Readers see the old or the new text, never a part: a temporary file in the same folder, fsync,
// rename. Makes missing folders. The mode is set at creation.
void write_atomically(const std::filesystem::path& path, std::string_view text, int mode = 0644);

// Creates the file and its folders; what is written goes to the end, whoever else writes.
Descriptor open_for_append(const std::filesystem::path& path);

// The last `lines` lines with their line ends; empty when there is no such file.
std::string last_lines(const std::filesystem::path& path, int lines);

// Keeps the newest old text as `path`.1 and empties `path` in place, so that processes that append
// to it go on; what they write during the copy may be lost. Does nothing below the limit.
void rotate_in_place(const std::filesystem::path& path, std::uintmax_t limit_bytes);

// An exclusive flock on a file that stays behind. The lock is shared with forked processes and ends
// when the last copy is closed, however its holder dies.
class FileLock {
 public:
  // nullopt when somebody else holds it.
  static std::optional<FileLock> try_lock(const std::filesystem::path& path);

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

bool is_locked(const std::filesystem::path& path);

}  // namespace sys
