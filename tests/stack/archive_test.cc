#include "stack/archive.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "stack/packed.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace stack {
namespace {

using testing_support::Folder;
using testing_support::pack;

const auto ignore = [] {};

TEST(Archive, PlacesEntriesBelowThePrefixOnly) {
  EXPECT_EQ(place_of("pkg/src/a/b.c", "pkg/src"), "a/b.c");
  EXPECT_EQ(place_of("pkg/setup.py", "pkg/src"), std::nullopt);
  EXPECT_EQ(place_of("pkg/srcs/a", "pkg/src"), std::nullopt);
  EXPECT_EQ(place_of("pkg/src", "pkg/src"), std::nullopt);
  EXPECT_EQ(place_of("pkg/src/", "pkg/src"), std::nullopt);
}

TEST(Archive, PlacesNothingOutsideTheFolder) {
  EXPECT_EQ(place_of("pkg/src/../../etc/passwd", "pkg/src"), std::nullopt);
  EXPECT_EQ(place_of("pkg/src/a/../../../x", "pkg/src"), std::nullopt);
  EXPECT_EQ(place_of("pkg/src//etc/passwd", "pkg/src"), std::nullopt);
}

TEST(Archive, UnpacksFilesWithTheirExecutableBit) {
  const Folder folder;
  pack(folder / "p.tar.gz",
       {{"p/s/run.sh", "go", 0755}, {"p/s/d/a.c", "int"}, {"p/setup.py", "evil"}});
  unpack_below(folder / "p.tar.gz", "p/s", folder / "out", ignore);
  EXPECT_EQ(sys::read_file(folder / "out/d/a.c"), "int");
  EXPECT_EQ(access((folder / "out/run.sh").c_str(), X_OK), 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "out/setup.py"));
}

TEST(Archive, LeavesLinksOutSoThatNothingIsWrittenThroughThem) {
  const Folder folder;
  pack(folder / "p.tar.gz", {{"p/s/way", "", 0777, "/tmp"}, {"p/s/way/autosre-escaped", "x"}});
  unpack_below(folder / "p.tar.gz", "p/s", folder / "out", ignore);
  EXPECT_TRUE(std::filesystem::exists(folder / "out/way/autosre-escaped"));
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "out/way"));
}

TEST(Archive, WithoutThePrefixIsAnError) {
  const Folder folder;
  pack(folder / "p.tar.gz", {{"q/a", "x"}});
  EXPECT_THROW(unpack_below(folder / "p.tar.gz", "p/s", folder / "out", ignore), base::Error);
}

TEST(Archive, ThatIsDamagedIsAnError) {
  const Folder folder;
  sys::write_atomically(folder / "p.tar.gz", "this is no archive at all");
  EXPECT_THROW(unpack_below(folder / "p.tar.gz", "p", folder / "out", ignore), base::Error);
  EXPECT_THROW(unpack_member(folder / "absent", "a", folder / "out"), base::Error);
}

TEST(Archive, GivesOneMember) {
  const Folder folder;
  pack(folder / "p.tar.gz", {{"a", "one"}, {"b/c", "two"}});
  unpack_member(folder / "p.tar.gz", "b/c", folder / "x/out");
  EXPECT_EQ(sys::read_file(folder / "x/out"), "two");
  EXPECT_THROW(unpack_member(folder / "p.tar.gz", "d", folder / "out"), base::Error);
}

}  // namespace
}  // namespace stack
