#include "agent/claude_arguments.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace agent {
namespace {

using Words = std::vector<std::string>;
const LaunchFiles files = {.settings = "/s.json", .mcp = "/m.json"};

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(ClaudeArguments, EndWithTheUsersWordsUnchanged) {
  const Words own = {"-p", "two words", "", "--model", "x", "--", "-y"};
  const Words words = claude_arguments(files, Tools::all, own);
  ASSERT_GE(words.size(), own.size());
  EXPECT_EQ(Words(words.end() - static_cast<long>(own.size()), words.end()), own);
}

TEST(ClaudeArguments, AreOnlyTheFilesWhenNotLean) {
  EXPECT_EQ(claude_arguments(files, Tools::all, {}),
            (Words{"--mcp-config", "/m.json", "--settings", "/s.json"}));
}

// Options that take lists would otherwise swallow the user's prompt.
TEST(ClaudeArguments, PutAnOptionWithASingleValueBeforeTheUsersWords) {
  for (const Tools tools : {Tools::all, Tools::few}) {
    const Words words = claude_arguments(files, tools, {"prompt"});
    EXPECT_EQ(words[words.size() - 3], "--settings");
  }
}

TEST(ClaudeArguments, AreFewToolsAndAShortPromptWhenLean) {
  const Words words = claude_arguments(files, Tools::few, {});
  EXPECT_TRUE(has(words, "Bash,Read,Write,Edit"));
  EXPECT_TRUE(has(words, "--strict-mcp-config"));
  EXPECT_TRUE(has(words, "--disable-slash-commands"));
  EXPECT_TRUE(has(words, "--system-prompt"));
}

TEST(ClaudeArguments, LeaveToolsAndPromptToAUserWhoNamesThem) {
  const Words words =
      claude_arguments(files, Tools::few, {"--tools=Read", "--system-prompt", "mine"});
  EXPECT_FALSE(has(words, "Bash,Read,Write,Edit"));
  EXPECT_EQ(std::count(words.begin(), words.end(), "--system-prompt"), 1);
}

TEST(TakeSettings, FindsBothSpellingsAndTakesThemOut) {
  Words apart = {"-p", "--settings", "a.json", "x"};
  EXPECT_EQ(take_settings(apart), "a.json");
  EXPECT_EQ(apart, (Words{"-p", "x"}));
  Words joined = {"--settings={}", "x"};
  EXPECT_EQ(take_settings(joined), "{}");
  EXPECT_EQ(joined, (Words{"x"}));
}

TEST(TakeSettings, LeavesWhatIsNotThatOption) {
  Words words = {"-p", "--settings-x", "--", "--settings", "a"};
  const Words before = words;
  EXPECT_EQ(take_settings(words), std::nullopt);
  EXPECT_EQ(words, before);
}

TEST(AsksForAutoMode, FindsBothSpellings) {
  EXPECT_TRUE(asks_for_auto_mode({"--permission-mode", "auto"}));
  EXPECT_TRUE(asks_for_auto_mode({"--permission-mode=auto"}));
  EXPECT_FALSE(asks_for_auto_mode({"--permission-mode", "plan"}));
  EXPECT_FALSE(asks_for_auto_mode({"-p", "auto"}));
  EXPECT_FALSE(asks_for_auto_mode({}));
}

}  // namespace
}  // namespace agent
