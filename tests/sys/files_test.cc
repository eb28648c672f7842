#include "sys/files.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "sys/folder.h"

namespace sys {
namespace {

using testing_support::Folder;

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

TEST(Files, AnAbsentFileIsNotAnError) {
  const Folder folder;
  EXPECT_EQ(read_file(folder / "absent"), std::nullopt);
}

TEST(Files, AFolderCannotBeRead) {
  const Folder folder;
  EXPECT_THROW(read_file(folder.path()), base::Error);
}

TEST(Files, AreWrittenToTheCurrentFolderByNameAlone) {
  const Folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_atomically("name", "text");
  std::filesystem::current_path(before);
  EXPECT_EQ(read_file(folder / "name"), "text");
}

TEST(Files, WrittenTextReplacesTheOldAndLeavesNothingElse) {
  const Folder folder;
  write_atomically(folder / "sub/file", "old, and longer");
  write_atomically(folder / "sub/file", "new");
  EXPECT_EQ(read_file(folder / "sub/file"), "new");
  EXPECT_EQ(files_in(folder / "sub"), 1);
}

TEST(Files, TheModeIsAsAsked) {
  const Folder folder;
  write_atomically(folder / "secret", "x", 0600);
  struct stat about{};
  ASSERT_EQ(stat((folder / "secret").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST(Files, AFailedWriteLeavesNoTemporaryFile) {
  const Folder folder;
  std::filesystem::create_directory(folder / "taken");
  EXPECT_THROW(write_atomically(folder / "taken", "x"), base::Error);
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(Files, AppendedTextGoesToTheEndAlsoAfterTheFileWasEmptied) {
  const Folder folder;
  const Descriptor file = open_for_append(folder / "log");
  ASSERT_EQ(write(file.get(), "aaaa", 4), 4);
  ASSERT_EQ(truncate((folder / "log").c_str(), 0), 0);
  ASSERT_EQ(write(file.get(), "b", 1), 1);
  EXPECT_EQ(read_file(folder / "log"), "b");
}

TEST(Files, LastLinesAreWholeAndNoMoreThanAskedFor) {
  const Folder folder;
  write_atomically(folder / "log", "one\ntwo\nthree\n");
  EXPECT_EQ(last_lines(folder / "log", 2), "two\nthree\n");
  EXPECT_EQ(last_lines(folder / "log", 9), "one\ntwo\nthree\n");
  EXPECT_EQ(last_lines(folder / "log", 0), "");
  EXPECT_EQ(last_lines(folder / "absent", 3), "");
}

TEST(Files, ALastLineWithoutLineEndCounts) {
  const Folder folder;
  write_atomically(folder / "log", "one\ntwo");
  EXPECT_EQ(last_lines(folder / "log", 1), "two");
}

TEST(Files, RotationKeepsTheOldTextAndEmptiesInPlace) {
  const Folder folder;
  const Descriptor file = open_for_append(folder / "log");
  ASSERT_EQ(write(file.get(), "0123456789", 10), 10);
  rotate_in_place(folder / "log", 11);
  EXPECT_EQ(read_file(folder / "log"), "0123456789");
  rotate_in_place(folder / "log", 10);
  EXPECT_EQ(read_file(folder / "log"), "");
  EXPECT_EQ(read_file(folder / "log.1"), "0123456789");
  ASSERT_EQ(write(file.get(), "x", 1), 1);
  EXPECT_EQ(read_file(folder / "log"), "x");
}

TEST(FileLock, IsHadByOneOnly) {
  const Folder folder;
  auto first = FileLock::try_lock(folder / "lock");
  ASSERT_TRUE(first);
  EXPECT_TRUE(is_locked(folder / "lock"));
  EXPECT_FALSE(FileLock::try_lock(folder / "lock"));
  first.reset();
  EXPECT_FALSE(is_locked(folder / "lock"));
  EXPECT_TRUE(FileLock::try_lock(folder / "lock"));
}

TEST(FileLock, EndsWithTheLastProcessThatSharesIt) {
  const Folder folder;
  auto lock = FileLock::try_lock(folder / "lock");
  const int child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  lock.reset();
  EXPECT_TRUE(is_locked(folder / "lock"));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(is_locked(folder / "lock"));
}

TEST(FileLock, OfAnAbsentFileIsFree) {
  const Folder folder;
  EXPECT_FALSE(is_locked(folder / "lock"));
}

}  // namespace
}  // namespace sys
