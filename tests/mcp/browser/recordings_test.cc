#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcp/browser/recording.h"
#include "sys/folder.h"

namespace mcp::browser {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void make(const fs::path& path, std::chrono::hours age) {
  std::ofstream(path) << "webm";
  fs::last_write_time(path, fs::file_time_type::clock::now() - age);
}

TEST(Recordings, AreRemovedWhenTheyAreOldAndNothingElseIs) {
  const testing_support::Folder folder;
  make(folder / "autosre-old.webm", 30h);
  make(folder / "autosre-new.webm", 1h);
  make(folder / "holiday.webm", 30h);
  make(folder / "autosre-notes.txt", 30h);
  fs::create_directory(folder / "elsewhere");
  make(folder.path() / "elsewhere" / "kept.webm", 30h);
  fs::create_symlink(folder.path() / "elsewhere" / "kept.webm", folder / "autosre-link.webm");
  const Pruned planned = prune_recordings(folder.path(), 24h, true);
  EXPECT_THAT(planned.removed, testing::ElementsAre("autosre-old.webm"));
  EXPECT_TRUE(fs::exists(folder / "autosre-old.webm"));
  const Pruned done = prune_recordings(folder.path(), 24h, false);
  EXPECT_THAT(done.removed, testing::ElementsAre("autosre-old.webm"));
  EXPECT_EQ(done.bytes, 4U);
  EXPECT_EQ(done.kept, 1U);
  EXPECT_FALSE(fs::exists(folder / "autosre-old.webm"));
  for (const char* name : {"autosre-new.webm", "holiday.webm", "autosre-notes.txt",
                           "autosre-link.webm", "elsewhere/kept.webm"})
    EXPECT_TRUE(fs::exists(folder / name)) << name;
}

TEST(Recordings, AreNotRemovedWhileTheyAreWritten) {
  const testing_support::Folder folder;
  const auto recording = std::make_shared<Recording>(folder.path(), "s_1");
  fs::last_write_time(recording->path(), fs::file_time_type::clock::now() - 30h);
  EXPECT_THAT(prune_recordings(folder.path(), 24h, false).removed, testing::IsEmpty());
  EXPECT_EQ(fs::status(recording->path()).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  recording->finish();
  EXPECT_FALSE(fs::exists(recording->path())) << "one without a picture goes";
}

}  // namespace
}  // namespace mcp::browser
