// The files of an image, and a tar archive of them that depends on nothing else: no clock, no user,
// no order of a folder. Pure.
#pragma once

#include <map>
#include <string>

namespace image {

constexpr int unprivileged = 65532;  // the user and group that the program runs as

struct Entry {
  std::string content;  // empty for a folder
  int mode = 0644;
  int owner = 0;  // user and group
  bool is_folder = false;
};

// By path without a leading slash. Folders in between need no entry: they are root's, 0755.
using Tree = std::map<std::string, Entry>;

// What a program expects of any system: users, name look-up by /etc/hosts and DNS, /tmp, and /data
// as the home of the unprivileged user.
Tree bare_system();

// A writer of our own: libarchive's brings all its formats into the program. Throws base::Error
// when a path is longer than 100 bytes.
std::string tar_of(const Tree& tree);

}  // namespace image
