#include "model/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string sha1(40, 'a');
const std::string sha256(64, 'b');

std::vector<std::string> paths_of(const std::vector<RemoteFile>& files) {
  std::vector<std::string> paths;
  for (const RemoteFile& file : files) paths.push_back(file.path);
  return paths;
}

TEST(HubListing, TakesTheCommitOfARevision) {
  EXPECT_EQ(*parse_revision(R"({"id": "o/m", "sha": ")" + sha1 + R"(", "siblings": []})"), sha1);
  for (const char* wrong :
       {"", "[]", "{}", R"({"sha": 1})", R"({"sha": "main"})", R"({"sha": "../x"})"})
    EXPECT_FALSE(parse_revision(wrong)) << wrong;
}

TEST(HubListing, TakesHashAndSizeOfLargeAndSmallFiles) {
  const auto files =
      parse_tree(R"([{"type": "file", "oid": ")" + sha1 + R"(", "size": 12, "path": "config.json"},
          {"type": "directory", "oid": ")" +
                 sha1 + R"(", "size": 0, "path": "original"},
          {"type": "file", "oid": ")" +
                 sha1 + R"(", "size": 5000000000, "path": "a/m.safetensors",
           "lfs": {"oid": ")" +
                 sha256 + R"(", "size": 5000000000, "pointerSize": 135},
           "xetHash": "x"}])");
  ASSERT_TRUE(files);
  EXPECT_THAT(*files, ElementsAre(RemoteFile{.path = "config.json", .bytes = 12, .hash = sha1},
                                  RemoteFile{.path = "a/m.safetensors",
                                             .bytes = 5'000'000'000,
                                             .hash = sha256,
                                             .is_large = true}));
}

TEST(HubListing, RefusesWhatCouldLeaveTheFolder) {
  const auto entry = [&](const std::string& path, const std::string& hash) {
    return parse_tree(R"([{"type": "file", "oid": ")" + hash + R"(", "size": 1, "path": ")" + path +
                      R"("}])");
  };
  EXPECT_TRUE(entry("a/b", sha1));
  for (const char* path :
       {"", "/a", "a/", "a//b", ".", "..", "a/../b", "a\\\\b", "a\\u0000b", "a\\nb"})
    EXPECT_FALSE(entry(path, sha1)) << path;
  for (const char* hash : {"", "../x", "AAAA", "main"}) EXPECT_FALSE(entry("a", hash)) << hash;
  EXPECT_FALSE(parse_tree("{}"));
  EXPECT_FALSE(parse_tree(R"([{"type": "file", "path": 1}])"));
  EXPECT_FALSE(parse_tree("[1]"));
}

TEST(HubListing, FindsTheNextPage) {
  EXPECT_EQ(next_page(R"(<https://h/x?cursor=a>; rel="next")"), "https://h/x?cursor=a");
  EXPECT_EQ(next_page(R"(<https://h/0>; rel="prev", <https://h/2>; rel="next")"), "https://h/2");
  EXPECT_EQ(next_page(R"(<https://h/0>; rel="prev")"), "");
  EXPECT_EQ(next_page(""), "");
}

TEST(HubListing, LeavesOutSecondCopies) {
  std::vector<RemoteFile> all;
  for (const char* path :
       {"config.json", "model.safetensors", "pytorch_model.bin", "original/model.safetensors",
        "metal/model.bin", "tokenizer.json", "logo.png", ".gitattributes", "assets/a.json"})
    all.push_back({.path = path, .bytes = 1, .hash = sha1});
  EXPECT_THAT(paths_of(choose_files(all)),
              ElementsAre("config.json", "model.safetensors", "tokenizer.json", "assets/a.json"));
  // Where there are no others they are the weights.
  std::erase_if(all, [](const RemoteFile& file) { return file.path == "model.safetensors"; });
  EXPECT_THAT(paths_of(choose_files(all)),
              ElementsAre("config.json", "pytorch_model.bin", "original/model.safetensors",
                          "metal/model.bin", "tokenizer.json", "assets/a.json"));
}

TEST(HubListing, EncodesPaths) {
  EXPECT_EQ(encode_path("a b/\xc3\xb6?#%.json"), "a%20b/%C3%B6%3F%23%25.json");
}

}  // namespace
}  // namespace model
