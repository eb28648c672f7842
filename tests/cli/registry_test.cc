#include "cli/registry.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using Words = std::vector<std::string>;

TEST(Commands, AreAllThatTheProgramIsDefinedToHave) {
  std::set<std::string> roots;
  for (const Entry& entry : commands())
    roots.insert(std::string(entry.path.substr(0, entry.path.find(' '))));
  for (const char* name :
       {"setup",  "start",      "stop",      "status",    "claude",  "codex", "k3s",   "mcp",
        "swarm",  "dropbox",    "cluster",   "provision", "models",  "keys",  "ssh",   "configure",
        "demo",   "eval",       "dedicated", "ui",        "metrics", "watch", "bench", "backends",
        "doctor", "completion", "version",   "logs",      "proxy"})
    EXPECT_TRUE(roots.contains(name)) << name;
}

TEST(Commands, HaveOneRowPerPath) {
  std::set<std::string_view> paths;
  for (const Entry& entry : commands()) EXPECT_TRUE(paths.insert(entry.path).second) << entry.path;
}

TEST(Commands, StandTogetherByGroup) {
  std::vector<Group> groups;
  for (const Entry& entry : commands())
    if (groups.empty() || groups.back() != entry.group) groups.push_back(entry.group);
  EXPECT_EQ(groups,
            (std::vector{Group::run, Group::serve, Group::measure, Group::manage, Group::about}));
}

TEST(Commands, HaveOneLineOfSummaryWithoutAFullStop) {
  for (const Entry& entry : commands()) {
    EXPECT_FALSE(entry.summary.empty()) << entry.path;
    EXPECT_LE(entry.summary.size(), 60U) << entry.path;
    EXPECT_EQ(entry.summary.find('\n'), std::string_view::npos) << entry.path;
    EXPECT_FALSE(entry.summary.ends_with('.')) << entry.path;
  }
}

TEST(Commands, ThatAreBuiltHaveHelpWithAnExample) {
  for (const Entry& entry : commands())
    if (entry.make) EXPECT_NE(entry.help.find("## Example"), std::string_view::npos) << entry.path;
}

TEST(Commands, DeclareEachOptionOnceWithASummary) {
  for (const Description& description : describe(commands())) {
    std::set<std::string> names;
    for (const Option& option : description.options) {
      EXPECT_TRUE(names.insert(option.name).second) << description.entry->path << option.name;
      EXPECT_TRUE(option.name.starts_with("--")) << option.name;
      EXPECT_FALSE(option.summary.empty()) << option.name;
      EXPECT_TRUE(option.variable.empty() || option.variable.starts_with("AUTOSRE_"));
    }
  }
}

const Entry small_table[] = {
    {"proxy anthropic", Group::serve, "a", nullptr, {}},
    {"proxy", Group::serve, "b", nullptr, {}},
    {"models", Group::manage, "c", nullptr, {}},
    {"keys list", Group::manage, "d", nullptr, {}},
};

TEST(FindCommand, PrefersTheLongestPath) {
  const Match match = find_command(small_table, Words{"proxy", "anthropic", "--x"});
  ASSERT_NE(match.entry, nullptr);
  EXPECT_EQ(match.entry->path, "proxy anthropic");
  EXPECT_EQ(match.words, 2U);
}

TEST(FindCommand, FallsBackToTheShorterPath) {
  const Match match = find_command(small_table, Words{"proxy", "other"});
  ASSERT_NE(match.entry, nullptr);
  EXPECT_EQ(match.entry->path, "proxy");
  EXPECT_EQ(match.words, 1U);
}

TEST(FindCommand, KnowsNoPrefixesOfWords) {
  EXPECT_EQ(find_command(small_table, Words{"model"}).entry, nullptr);
  EXPECT_EQ(find_command(small_table, Words{"keys"}).entry, nullptr);
  EXPECT_EQ(find_command(small_table, Words{}).entry, nullptr);
}

TEST(FindGroup, ListsTheRowsBelowAWord) {
  EXPECT_EQ(find_group(small_table, "keys").size(), 1U);
  EXPECT_TRUE(find_group(small_table, "key").empty());
}

}  // namespace
}  // namespace cli
