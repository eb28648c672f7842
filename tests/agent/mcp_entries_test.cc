#include "agent/mcp_entries.h"

#include <fstream>

#include <gtest/gtest.h>

#include "sys/folder.h"

namespace agent {
namespace {

TEST(McpEntries, AreTheEntryPointsWhereTheyAreAndElseTheProgramItself) {
  const testing_support::Folder folder;
  const auto program = folder.path() / "autosre";
  std::ofstream(folder.path() / "autosre-mcp-fetch") << "x";
  const auto entries = mcp_entries(program);
  ASSERT_EQ(entries.size(), mcp_server_names.size());
  EXPECT_EQ(entries[0], (McpEntry{.name = "autosre-fetch",
                                  .program = (folder.path() / "autosre-mcp-fetch").string(),
                                  .arguments = {}}));
  EXPECT_EQ(entries[1], (McpEntry{.name = "autosre-search",
                                  .program = program.string(),
                                  .arguments = {"mcp", "serve", "search"}}));
}

}  // namespace
}  // namespace agent
