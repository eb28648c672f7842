#include "model/layout.h"

#include <gtest/gtest.h>

#include "sys/files.h"
#include "sys/folder.h"

namespace model {
namespace {

namespace fs = std::filesystem;

constexpr const char* commit = "0123456789abcdef0123456789abcdef01234567";

// A cache that Hugging Face's own programs have filled.
class LayoutTest : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    sys::write_atomically(repository_ / file, text);
  }
  void link(const std::string& file, const std::string& hash) {
    const fs::path path = repository_ / "snapshots" / commit / file;
    fs::create_directories(path.parent_path());
    fs::create_symlink(link_to_blob(file, hash), path);
  }
  void add(const std::string& file, const std::string& hash, const std::string& text) {
    write("blobs/" + hash, text);
    link(file, hash);
  }
  std::string found() const {
    const Presence presence = find_weights(folder_.path(), "org/Model-1B");
    std::string text(name_of(presence.kind));
    if (!presence.missing.empty()) text += ": " + presence.missing;
    return text;
  }

  testing_support::Folder folder_;
  fs::path repository_ = repository_folder(folder_.path(), "org/Model-1B");
};

TEST_F(LayoutTest, IsThatOfHuggingFace) {
  EXPECT_EQ(repository_, folder_.path() / "hub/models--org--Model-1B");
  EXPECT_EQ(link_to_blob("config.json", "abc"), "../../blobs/abc");
  EXPECT_EQ(link_to_blob("a/b/config.json", "abc"), "../../../../blobs/abc");
}

TEST_F(LayoutTest, CountsWhenASnapshotIsComplete) {
  EXPECT_EQ(found(), "absent");
  write("blobs/x.incomplete", "...");
  EXPECT_EQ(found(), "partial: refs/main");
  write("refs/main", commit);
  EXPECT_EQ(found(), "partial: config.json");
  add("config.json", "c", "{}");
  EXPECT_EQ(found(), "partial: files of weights");
  link("model.safetensors", "w");
  EXPECT_EQ(found(), "partial: model.safetensors");  // its blob is not there
  write("blobs/w", "weights");
  EXPECT_EQ(found(), "complete");
  EXPECT_EQ(find_weights(folder_.path(), "org/Model-1B").bytes, 9u);
}

TEST_F(LayoutTest, WantsEveryFileThatTheIndexNames) {
  write("refs/main", std::string(commit) + "\n");
  add("config.json", "c", "{}");
  add("model.safetensors.index.json", "i",
      R"({"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors", "c": "m-1.safetensors"}})");
  add("m-1.safetensors", "1", "x");
  EXPECT_EQ(found(), "partial: m-2.safetensors");
  add("m-2.safetensors", "2", "y");
  EXPECT_EQ(found(), "complete");
}

TEST_F(LayoutTest, TakesNoRubbishForWeights) {
  write("refs/main", "../../../etc");
  EXPECT_EQ(found(), "partial: a commit in refs/main");
  write("refs/main", commit);
  add("config.json", "c", "{}");
  add("model.safetensors.index.json", "i", "not json");
  EXPECT_EQ(found(), "partial: model.safetensors.index.json");
}

}  // namespace
}  // namespace model
