#include "cdp/profile_folder.h"

#include <fstream>

#include <gtest/gtest.h>

#include "sys/folder.h"

namespace cdp {
namespace {

namespace fs = std::filesystem;

TEST(ProfileFolder, GoesWithItsObjectAndIsNobodyElses) {
  const testing_support::Folder root;
  fs::path path;
  {
    const ProfileFolder profile(root.path() / "browser");
    path = profile.path();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    std::ofstream(path / "Cookies") << "x";
    EXPECT_EQ(remove_abandoned_profiles(root.path() / "browser"), 0);
    EXPECT_TRUE(fs::exists(path / "Cookies"));
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::is_empty(root.path() / "browser"));
}

TEST(ProfileFolder, RemovesOnlyWhatWasAbandoned) {
  const testing_support::Folder root;
  fs::create_directories(root.path() / "profile-old" / "Default");
  fs::create_directories(root.path() / "other");
  fs::create_directory_symlink(root.path() / "other", root.path() / "profile-link");
  const ProfileFolder held(root.path());
  EXPECT_EQ(remove_abandoned_profiles(root.path()), 1);
  EXPECT_FALSE(fs::exists(root.path() / "profile-old"));
  EXPECT_TRUE(fs::exists(root.path() / "other"));
  EXPECT_TRUE(fs::exists(held.path()));
  EXPECT_EQ(remove_abandoned_profiles(root.path() / "none"), 0);
}

}  // namespace
}  // namespace cdp
