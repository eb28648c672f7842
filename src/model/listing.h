// What the hub's API says of a model's files. Pure. All of it is from the network: names and hashes
// are checked before they become paths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace model {

struct RemoteFile {
  std::string path;
  std::uintmax_t bytes = 0;
  std::string hash;  // also the blob's name
  bool is_large =
      false;  // then the hash is the SHA-256 of the content, else git's SHA-1 of the blob

  bool operator==(const RemoteFile&) const = default;
};

// GET /api/models/ORG/NAME/revision/main: the commit, 40 hex digits.
base::Result<std::string> parse_revision(std::string_view body);

// One page of GET /api/models/ORG/NAME/tree/COMMIT?recursive=true; folders are passed over.
base::Result<std::vector<RemoteFile>> parse_tree(std::string_view body);

// The address of the next page out of a Link header; empty: this was the last.
std::string next_page(std::string_view link);

// Those that an engine needs: no second copy of the weights in another format, no pictures.
std::vector<RemoteFile> choose_files(const std::vector<RemoteFile>& all);

// %XX for what may not stand in a path; slashes stay.
std::string encode_path(std::string_view path);

}  // namespace model
