#include "image/tree.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"

namespace image {
namespace {

constexpr size_t block = 512;

// A header of POSIX ustar (pax(1), "ustar Interchange Format"): texts and octal numbers.
struct Header {
  std::array<char, 100> name;
  std::array<char, 8> mode;
  std::array<char, 8> user;
  std::array<char, 8> group;
  std::array<char, 12> size;
  std::array<char, 12> time;
  std::array<char, 8> checksum;
  char type;
  std::array<char, 100> link;
  std::array<char, 8> magic;
  std::array<char, 247> rest;  // names of users, device numbers, a prefix of the name: not used
};
static_assert(sizeof(Header) == block);

template <size_t size>
void put_octal(std::array<char, size>& field, unsigned long long value) {
  const std::string digits = fmt::format("{:0{}o}", value, size - 1);
  std::memcpy(field.data(), digits.c_str(), size);
}

std::string header_of(std::string path, const Entry& entry) {
  Header header{};
  if (entry.is_folder) path += '/';
  if (path.size() > header.name.size())
    throw base::Error("cannot archive \"" + path + "\"", "its path is too long");
  std::memcpy(header.name.data(), path.data(), path.size());
  put_octal(header.mode, static_cast<unsigned>(entry.mode));
  put_octal(header.user, static_cast<unsigned>(entry.owner));
  put_octal(header.group, static_cast<unsigned>(entry.owner));
  put_octal(header.size, entry.content.size());
  put_octal(header.time, 0);
  header.type = entry.is_folder ? '5' : '0';
  std::memcpy(header.magic.data(), "ustar\00000", header.magic.size());
  header.checksum.fill(' ');
  std::string bytes(block, '\0');
  std::memcpy(bytes.data(), &header, block);
  unsigned sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  const std::string checksum = fmt::format("{:06o}", sum);
  bytes.replace(offsetof(Header, checksum), checksum.size() + 1, checksum.c_str(),
                checksum.size() + 1);
  return bytes;
}

// With the folders that lie between; a folder's path sorts before what is in it.
Tree with_folders(Tree tree) {
  Tree folders;
  for (const auto& [path, entry] : tree)
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1))
      folders[path.substr(0, slash)] = {.content = {}, .mode = 0755, .owner = 0, .is_folder = true};
  tree.merge(folders);
  return tree;
}

}  // namespace

Tree bare_system() {
  const auto text = [](std::string content) {
    return Entry{.content = std::move(content), .mode = 0644, .owner = 0, .is_folder = false};
  };
  Tree tree;
  tree["etc/passwd"] =
      text(fmt::format("root:x:0:0:root:/:/sbin/nologin\n"
                       "autosre:x:{0}:{0}:autosre:/data:/sbin/nologin\n",
                       unprivileged));
  tree["etc/group"] = text(fmt::format("root:x:0:\nautosre:x:{}:\n", unprivileged));
  tree["etc/nsswitch.conf"] = text("passwd: files\ngroup: files\nhosts: files dns\n");
  tree["data"] = {.content = {}, .mode = 0750, .owner = unprivileged, .is_folder = true};
  tree["tmp"] = {.content = {}, .mode = 01777, .owner = 0, .is_folder = true};
  return tree;
}

std::string tar_of(const Tree& tree) {
  std::string tar;
  for (const auto& [path, entry] : with_folders(tree)) {
    tar += header_of(path, entry);
    tar += entry.content;
    tar.resize((tar.size() + block - 1) / block * block);
  }
  return tar.append(2 * block, '\0');
}

}  // namespace image
