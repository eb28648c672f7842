#include "mcp/capabilities/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp::capabilities {
namespace {

using testing::ElementsAre;

const std::vector<Command> commands = {
    {.path = "start", .summary = "start the stack", .page = "Usage: autosre start\nWaits."},
    {.path = "proxy codex", .summary = "serve an API", .page = "Usage: … the stack"},
    {.path = "proxy anthropic", .summary = "serve another API", .page = "Usage: …"},
    {.path = "logs", .summary = "print the logs of the stack", .page = "Follows logs."},
};

std::vector<std::string> paths(const std::vector<const Command*>& found) {
  std::vector<std::string> list;
  for (const Command* command : found) list.push_back(command->path);
  return list;
}

TEST(Catalog, ScoresWordsOfThePathAboveTheSummaryAndThePage) {
  EXPECT_EQ(score(commands[0], "start"), 10 + 5 + 2);
  EXPECT_EQ(score(commands[0], "sta"), 3 + 5 + 2);
  EXPECT_EQ(score(commands[1], "STACK"), 2);
  EXPECT_EQ(score(commands[1], "proxy api"), 10 + 5);
  EXPECT_EQ(score(commands[3], "logs stack"), 10 + 5 + 2 + 5);
  EXPECT_EQ(score(commands[3], "nothing"), 0);
}

TEST(Catalog, FindsTheBestFirstAndKeepsTheTablesOrderAmongEquals) {
  EXPECT_THAT(paths(search(commands, "logs stack")), ElementsAre("logs", "start", "proxy codex"));
  EXPECT_THAT(paths(search(commands, "proxy")), ElementsAre("proxy codex", "proxy anthropic"));
  EXPECT_TRUE(search(commands, "nothing").empty());
}

TEST(Catalog, TakesAPathAsAShellWould) {
  EXPECT_EQ(find(commands, " autosre  proxy codex ")->path, "proxy codex");
  EXPECT_EQ(find(commands, "proxy"), nullptr);
}

TEST(Catalog, NamesUpToThreeThatMayBeMeant) {
  EXPECT_THAT(paths(close_to(commands, "strat")), ElementsAre("start"));
  EXPECT_THAT(paths(close_to(commands, "lgos")), ElementsAre("logs"));
  EXPECT_THAT(paths(close_to(commands, "codex proxy")),
              ElementsAre("proxy codex", "proxy anthropic"));
  EXPECT_LE(close_to(commands, "a").size(), 3U);
}

TEST(Catalog, GroupsByTheFirstWord) {
  const auto modules = modules_of(commands);
  ASSERT_EQ(modules.size(), 3U);
  EXPECT_EQ(modules[1].name, "proxy");
  EXPECT_EQ(modules[1].commands.size(), 2U);
}

}  // namespace
}  // namespace mcp::capabilities
