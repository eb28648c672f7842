// Makes small packages for tests.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace testing_support {

struct PackedEntry {
  const char* path;
  std::string_view text;
  mode_t mode = 0644;
  const char* link = nullptr;
};

// A gzipped tar file.
inline void pack(const std::filesystem::path& path, const std::vector<PackedEntry>& entries) {
  archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_pax_restricted(writer);
  archive_write_open_filename(writer, path.c_str());
  for (const PackedEntry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.path);
    archive_entry_set_filetype(header, entry.link != nullptr ? AE_IFLNK : AE_IFREG);
    if (entry.link != nullptr) archive_entry_set_symlink(header, entry.link);
    archive_entry_set_perm(header, entry.mode);
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.text.size()));
    archive_write_header(writer, header);
    archive_write_data(writer, entry.text.data(), entry.text.size());
    archive_entry_free(header);
  }
  archive_write_free(writer);
}

}  // namespace testing_support
