#include "cli/mcp_servers.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/mcp_entries.h"
#include "mcp/arguments.h"
#include "mcp/wire.h"

namespace cli {
namespace {

using nlohmann::json;

struct McpServers : testing::TestWithParam<McpServer> {
  boost::asio::io_context io;
  config::Environment environment = {{"HOME", "/nonexistent"}};
  mcp::Server server = GetParam().make({.io = io, .environment = environment});
};

constexpr size_t shown_by_claude = 2048;  // bytes; the rest is cut

TEST_P(McpServers, SayWhatTheyAreForInWhatClaudeShows) {
  EXPECT_EQ(server.name, "autosre-" + std::string(GetParam().name));
  EXPECT_FALSE(server.title.empty());
  EXPECT_FALSE(server.instructions.empty());
  EXPECT_LE(server.instructions.size(), shown_by_claude);
}

TEST_P(McpServers, HaveToolsThatEveryClientTakes) {
  std::set<std::string> names;
  for (const mcp::Tool& tool : server.tools) {
    EXPECT_TRUE(names.insert(tool.name).second) << tool.name;
    EXPECT_FALSE(tool.title.empty()) << tool.name;
    EXPECT_FALSE(tool.description.empty()) << tool.name;
    EXPECT_LE(tool.description.size(), shown_by_claude) << tool.name;
    EXPECT_LE(tool.max_result_chars, 500000) << tool.name;
    EXPECT_GT(tool.deadline.count(), 0) << tool.name;
    EXPECT_TRUE(tool.handle) << tool.name;
    const json schema = json::parse(tool.input_schema);
    EXPECT_EQ(schema["type"], "object") << tool.name;
    EXPECT_EQ(schema["additionalProperties"], false) << tool.name;
    EXPECT_EQ(mcp::unknown_keyword(schema), std::nullopt) << tool.name;
    if (!tool.output_schema.empty()) EXPECT_EQ(json::parse(tool.output_schema)["type"], "object");
  }
  EXPECT_TRUE(json::accept(mcp::tool_list(server)));
}

INSTANTIATE_TEST_SUITE_P(Each, McpServers, testing::ValuesIn(mcp_servers()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(McpServersTable, IsTheOneThatAgentsAreGiven) {
  ASSERT_EQ(mcp_servers().size(), agent::mcp_server_names.size());
  for (size_t i = 0; i < mcp_servers().size(); ++i)
    EXPECT_EQ(mcp_servers()[i].name, agent::mcp_server_names.at(i));
}

TEST(McpEntryPoint, IsKnownByItsName) {
  EXPECT_EQ(mcp_server_of("/usr/bin/autosre-mcp-fetch")->name, "fetch");
  EXPECT_EQ(mcp_server_of("autosre-mcp-browser")->name, "browser");
  EXPECT_EQ(mcp_server_of("autosre"), nullptr);
  EXPECT_EQ(mcp_server_of("autosre-mcp-other"), nullptr);
}

}  // namespace
}  // namespace cli
