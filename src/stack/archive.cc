#include "stack/archive.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"

namespace stack {
namespace {

namespace fs = std::filesystem;

class Reader {
 public:
  explicit Reader(const fs::path& path) : path_(path), archive_(archive_read_new()) {
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_format_tar(archive_.get());
    archive_read_support_format_zip(archive_.get());
    constexpr size_t block = 256 * 1024;
    if (archive_read_open_filename(archive_.get(), path.c_str(), block) != ARCHIVE_OK) fail();
  }

  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return nullptr;
    if (result < ARCHIVE_WARN) fail();
    return entry;
  }

  void write_to(const fs::path& target) {
    std::ofstream file(target, std::ios::binary | std::ios::trunc);
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int result = ARCHIVE_OK;
    while (file && (result = archive_read_data_block(archive_.get(), &block, &size, &offset)) ==
                       ARCHIVE_OK) {
      file.seekp(offset);
      file.write(static_cast<const char*>(block), static_cast<std::streamsize>(size));
    }
    if (result != ARCHIVE_EOF && file) fail();
    file.close();
    if (!file) throw base::Error("cannot write \"" + target.string() + "\"", std::strerror(errno));
  }

 private:
  [[noreturn]] void fail() const {
    const char* why = archive_error_string(archive_.get());
    throw base::Error("cannot read the package \"" + path_.string() + "\"",
                      why != nullptr ? why : "", "remove it and try again");
  }

  struct Closer {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };
  fs::path path_;
  std::unique_ptr<archive, Closer> archive_;
};

[[noreturn]] void fail_missing(const fs::path& archive, std::string_view what) {
  throw base::Error("cannot unpack \"" + archive.string() + "\"",
                    "it holds no \"" + std::string(what) + "\"");
}

}  // namespace

std::optional<fs::path> place_of(std::string_view entry, std::string_view prefix) {
  if (!entry.starts_with(prefix)) return std::nullopt;
  entry.remove_prefix(prefix.size());
  if (!entry.starts_with('/')) return std::nullopt;
  entry.remove_prefix(1);
  fs::path path(entry);
  if (entry.empty() || path.is_absolute()) return std::nullopt;
  for (const fs::path& part : path)
    if (part == "..") return std::nullopt;
  return path;
}

void unpack_below(const fs::path& archive, std::string_view prefix, const fs::path& folder,
                  const std::function<void()>& on_file) {
  Reader reader(archive);
  bool is_empty = true;
  while (archive_entry* entry = reader.next()) {
    const char* name = archive_entry_pathname(entry);
    const auto place = place_of(name != nullptr ? name : "", prefix);
    if (!place || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
      continue;
    const fs::path target = folder / *place;
    fs::create_directories(target.parent_path());
    reader.write_to(target);
    if ((archive_entry_perm(entry) & 0111) != 0)
      fs::permissions(target, fs::perms::owner_exec, fs::perm_options::add);
    is_empty = false;
    on_file();
  }
  if (is_empty) fail_missing(archive, prefix);
}

void unpack_member(const fs::path& archive, std::string_view member, const fs::path& target) {
  Reader reader(archive);
  while (archive_entry* entry = reader.next()) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || name != member) continue;
    fs::create_directories(target.parent_path());
    reader.write_to(target);
    return;
  }
  fail_missing(archive, member);
}

}  // namespace stack
