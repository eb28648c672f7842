#include "image/tree.h"

#include <cstring>
#include <map>
#include <string_view>

#include <gtest/gtest.h>

#include "base/error.h"

namespace image {
namespace {

// A header of POSIX ustar, read by its offsets rather than by the library that wrote it.
struct Header {
  std::string path, mode, owner, group, size, mtime;
  char type = 0;
};

std::vector<Header> headers_of(std::string_view tar) {
  const auto text = [](std::string_view field) {
    return std::string(field.substr(0, field.find('\0')));
  };
  std::vector<Header> headers;
  for (size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    const std::string_view block = tar.substr(at, 512);
    EXPECT_EQ(block.substr(257, 5), "ustar");
    headers.push_back({text(block.substr(0, 100)), text(block.substr(100, 8)),
                       text(block.substr(108, 8)), text(block.substr(116, 8)),
                       text(block.substr(124, 12)), text(block.substr(136, 12)), block[156]});
    const size_t size = std::stoul(headers.back().size, nullptr, 8);
    at += 512 + (size + 511) / 512 * 512;
  }
  return headers;
}

TEST(Tree, IsArchivedInOrderWithoutTimesAndWithItsFolders) {
  Tree tree;
  tree["usr/bin/b"] = {"two", 0755, 0, false};
  tree["usr/bin/a"] = {"one", 0644, 7, false};
  tree["etc/x"] = {"", 0600, 0, false};
  std::vector<std::string> paths;
  for (const Header& header : headers_of(tar_of(tree))) {
    paths.push_back(header.path);
    EXPECT_EQ(std::stoul(header.mtime, nullptr, 8), 0u) << header.path;
    EXPECT_EQ(header.type, header.path.ends_with('/') ? '5' : '0') << header.path;
    EXPECT_EQ(std::stoul(header.owner, nullptr, 8), header.path == "usr/bin/a" ? 7u : 0u);
    EXPECT_EQ(header.owner, header.group);
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"etc/", "etc/x", "usr/", "usr/bin/", "usr/bin/a",
                                             "usr/bin/b"}));
}

TEST(Tree, KeepsModes) {
  std::map<std::string, unsigned long> modes;
  for (const Header& header : headers_of(tar_of(bare_system())))
    modes[header.path] = std::stoul(header.mode, nullptr, 8);
  EXPECT_EQ(modes["tmp/"], 01777u);
  EXPECT_EQ(modes["data/"], 0750u);
  EXPECT_EQ(modes["etc/"], 0755u);
  EXPECT_EQ(modes["etc/passwd"], 0644u);
}

TEST(Tree, GivesTheSameBytesAgain) {
  EXPECT_EQ(tar_of(bare_system()), tar_of(bare_system()));
}

TEST(Tree, RefusesAPathThatTheFormatCannotHold) {
  Tree tree;
  tree["lib/" + std::string(300, 'x')] = {"", 0644, 0, false};
  EXPECT_THROW(tar_of(tree), base::Error);
}

TEST(Tree, OfABareSystemKnowsItsUser) {
  const Tree tree = bare_system();
  EXPECT_TRUE(tree.at("etc/passwd").content.contains("autosre:x:65532:65532:autosre:/data:"));
  EXPECT_EQ(tree.at("data").owner, unprivileged);
}

}  // namespace
}  // namespace image
