#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "stack/prepare.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace stack {
namespace {

using testing::Contains;
using testing::Not;
using testing_support::Folder;

const Observer silent = {.progress = [](std::string_view, std::optional<double>) {},
                         .interrupted = [] { return false; }};

Package package(Package::Kind kind) {
  return {.name = "some-thing",
          .version = "1.2",
          .kind = kind,
          .file = "some_thing-1.2.whl",
          .bytes = 3,
          .sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"};
}

TEST(Download, DemandsTheHash) {
  const Download download = plan_download(package(Package::Kind::wheel), "/f");
  EXPECT_EQ(download.requirements,
            "some-thing==1.2 --hash=sha256:"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
  EXPECT_THAT(download.argv, Contains("--require-hashes"));
  EXPECT_THAT(download.argv, Contains("--no-deps"));
}

TEST(Download, OfAWheelNeverBuilds) {
  EXPECT_THAT(plan_download(package(Package::Kind::wheel), "/f").argv, Contains("--only-binary"));
}

TEST(Download, OfASourcePackagePutsOurBackendBeforeItsOwn) {
  const Download download = plan_download(package(Package::Kind::source), "/f");
  EXPECT_THAT(download.argv, Contains("--no-build-isolation"));
  EXPECT_THAT(download.argv, Contains("--use-pep517"));
  EXPECT_THAT(download.argv, Not(Contains("--only-binary")));
  EXPECT_EQ(download.environment.at("PYTHONPATH"), "/f/backend");
  EXPECT_EQ(download.environment.at("AUTOSRE_PACKAGE_NAME"), "some-thing");
}

class KeptPackage : public testing::Test {
 protected:
  Folder folder_;
  config::Paths paths_{
      .data = {}, .config = {}, .state = {}, .cache = folder_.path(), .runtime = {}};
  std::filesystem::path kept_ = folder_ / "packages/some_thing-1.2.whl";
};

TEST_F(KeptPackage, IsUsedWithoutADownloadWhenItsHashIsRight) {
  sys::write_atomically(kept_, "abc");
  EXPECT_EQ(ensure_package(package(Package::Kind::wheel), paths_, silent), kept_);
}

TEST_F(KeptPackage, IsNotUsedWhenItsHashIsWrong) {
  sys::write_atomically(kept_, "abd");
  setenv("PIP_NO_INDEX", "1", 1);  // the client must fail, not go to the network
  setenv("PIP_FIND_LINKS", folder_.path().c_str(), 1);
  EXPECT_THROW(ensure_package(package(Package::Kind::wheel), paths_, silent), base::Error);
  unsetenv("PIP_NO_INDEX");
  unsetenv("PIP_FIND_LINKS");
}

TEST(BuildProgress, IsReadFromNinjasLines) {
  const auto steps = parse_build_progress("[12/340] Building CXX object a.o");
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->done, 12);
  EXPECT_EQ(steps->total, 340);
}

TEST(BuildProgress, IsNotSeenInOtherLines) {
  for (const char* line :
       {"", "[", "[]", "[12]", "[a/b] x", "-- [1/2]", "[3/2] x", "[1/0] x", "/]["})
    EXPECT_FALSE(parse_build_progress(line)) << line;
}

}  // namespace
}  // namespace stack
