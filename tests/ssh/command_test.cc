#include "ssh/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sys/process.h"

namespace ssh {
namespace {

using testing::ElementsAre;

TEST(SshCommand, AsksNothingAndGivesUpSoon) {
  EXPECT_THAT(command_line({.user = "root", .host = "10.0.0.1"}, {}),
              ElementsAre("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o",
                          "StrictHostKeyChecking=accept-new", "-l", "root", "--", "10.0.0.1"));
}

TEST(SshCommand, NamesKeyAndConfiguration) {
  const auto argv =
      command_line({.user = "ana", .host = "::1", .key = "/k", .config = "/c"}, {"true"});
  EXPECT_THAT(std::vector(argv.begin() + 7, argv.end()),
              ElementsAre("-F", "/c", "-i", "/k", "-o", "IdentitiesOnly=yes", "-l", "ana", "--",
                          "::1", "'true'"));
}

// What the other side's shell makes of it is what went in.
TEST(SshCommand, KeepsWordsWholeThroughAShell) {
  const std::vector<std::string> words = {"printf", "%s\n", "a b",    "it's",
                                          "$HOME",  "",     "`x`;\\", "*"};
  std::vector<std::string> seen;
  const std::string remote = command_line({.user = "u", .host = "h"}, words).back();
  const auto result = sys::run(
      {.argv = {"sh", "-c", remote + " | sed 's/^/|/'"}},
      [&](std::string_view line) { seen.emplace_back(line); }, [] { return false; });
  EXPECT_EQ(result.ended.code, 0);
  EXPECT_THAT(seen, ElementsAre("|a b", "|it's", "|$HOME", "|", "|`x`;\\", "|*"));
}

}  // namespace
}  // namespace ssh
