#include "sys/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace sys {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view action, const fs::path& path) {
  const int number = errno;
  throw base::Error("cannot " + std::string(action) + " \"" + path.string() + "\"",
                    std::strerror(number));
}

void make_parent(const fs::path& path) {
  std::error_code error;
  if (!path.has_parent_path()) return;
  fs::create_directories(path.parent_path(), error);
  if (!error) return;
  throw base::Error("cannot make the folder \"" + path.parent_path().string() + "\"",
                    error.message());
}

void write_all(int descriptor, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("write", path);
    text.remove_prefix(static_cast<size_t>(count));
  }
}

// Where the last `lines` lines begin in the final `window` bytes of the text.
size_t start_of_last_lines(std::string_view text, int lines) {
  size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  for (; at > 0; --at)
    if (text[at - 1] == '\n' && --lines == 0) return at;
  return 0;
}

}  // namespace

void Descriptor::reset() {
  if (number_ >= 0) close(number_);
  number_ = -1;
}

std::optional<std::string> read_file(const fs::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file.is_open()) fail("read", path);
  std::string text;
  std::vector<char> buffer(64 * 1024);
  while (true) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

void write_atomically(const fs::path& path, std::string_view text, int mode) {
  make_parent(path);
  std::string name = path.string() + ".XXXXXX";
  Descriptor file(mkostemp(name.data(), O_CLOEXEC));  // created 0600
  if (!file.is_open()) fail("write", path);
  try {
    write_all(file.get(), text, path);
    if (fchmod(file.get(), static_cast<mode_t>(mode)) != 0 || fsync(file.get()) != 0)
      fail("write", path);
    if (rename(name.c_str(), path.c_str()) != 0) fail("replace", path);
  } catch (...) {
    unlink(name.c_str());
    throw;
  }
}

Descriptor open_for_append(const fs::path& path) {
  make_parent(path);
  Descriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!file.is_open()) fail("write", path);
  return file;
}

std::string last_lines(const fs::path& path, int lines) {
  constexpr std::streamoff window = 1024 * 1024;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || lines <= 0) return {};
  const std::streamoff size = file.tellg();
  const std::streamoff begin = size > window ? size - window : 0;
  std::string text(static_cast<size_t>(size - begin), '\0');
  file.seekg(begin);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text.substr(start_of_last_lines(text, lines));
}

void rotate_in_place(const fs::path& path, std::uintmax_t limit_bytes) {
  std::error_code error;
  if (fs::file_size(path, error) < limit_bytes || error) return;
  fs::copy_file(path, path.string() + ".1", fs::copy_options::overwrite_existing, error);
  if (error) throw base::Error("cannot rotate \"" + path.string() + "\"", error.message());
  if (truncate(path.c_str(), 0) != 0) fail("empty", path);
}

std::optional<FileLock> FileLock::try_lock(const fs::path& path) {
  make_parent(path);
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file.is_open()) fail("open", path);
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
  if (errno != EWOULDBLOCK) fail("lock", path);
  return std::nullopt;
}

bool is_locked(const fs::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return false;
  // A shared lock is refused while the exclusive one is held, and disturbs nobody.
  return flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace sys
