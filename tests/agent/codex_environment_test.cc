#include "agent/codex_environment.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

CodexLaunch example() {
  return {.proxy_url = "http://127.0.0.1:8012",
          .label = "local-qwen",
          .token = "local",
          .token_file = "",
          .run_id = "run-1",
          .home = "/data/codex",
          .users_home = {},
          .catalog_file = "/run/models.json",
          .window = {},
          .priority = {},
          .tools = Tools::all,
          .mcp = {}};
}

config::Environment result_of(const config::Environment& inherited) {
  return with_changes(codex_environment(inherited, example()), inherited);
}

class CodexPurge : public testing::TestWithParam<const char*> {};

TEST_P(CodexPurge, TakesOutWhatLeadsElsewhere) {
  const config::Environment inherited = {{GetParam(), "users"}};
  const EnvironmentChanges changes = codex_environment(inherited, example());
  ASSERT_EQ(changes.removed.size(), 1U);
  EXPECT_EQ(changes.removed[0].name, GetParam());
  EXPECT_FALSE(changes.removed[0].reason.empty());
  const auto result = with_changes(changes, inherited);
  const auto left = result.find(GetParam());
  EXPECT_TRUE(left == result.end() || left->second != "users");
}

INSTANTIATE_TEST_SUITE_P(Names, CodexPurge,
                         testing::Values("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORGANIZATION",
                                         "OPENAI_ANYTHING_NEW", "CODEX_HOME", "CODEX_SQLITE_HOME",
                                         "CODEX_API_KEY", "CODEX_ACCESS_TOKEN",
                                         "CODEX_GITHUB_PERSONAL_ACCESS_TOKEN", "CODEX_OSS_BASE_URL",
                                         "CODEX_OSS_PORT", "CODEX_EXEC_SERVER_URL", "CODEX_SANDBOX",
                                         "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID"));

TEST(CodexEnvironment, LeavesTheUsersOtherVariables) {
  const config::Environment inherited = {{"PATH", "/bin"},
                                         {"ANTHROPIC_API_KEY", "for the project's own tests"},
                                         {"CODEX_TUI_ROUNDED", "1"},
                                         {"CODEX_CA_CERTIFICATE", "/ca.pem"},
                                         {"RUST_LOG", "debug"}};
  const auto result = result_of(inherited);
  for (const auto& [name, value] : inherited) EXPECT_EQ(result.at(name), value) << name;
}

TEST(CodexEnvironment, SetsFolderTokenAndRunWithAReasonForEach) {
  const auto result = result_of({{"NO_PROXY", "corp.example"}});
  EXPECT_EQ(result.at("CODEX_HOME"), "/data/codex");
  EXPECT_EQ(result.at("AUTOSRE_CODEX_TOKEN"), "local");
  EXPECT_EQ(result.at("AUTOSRE_RUN_ID"), "run-1");
  EXPECT_EQ(result.at("NO_PROXY"), "corp.example,127.0.0.1,localhost,::1");
  for (const Variable& row : codex_environment({}, example()).set)
    EXPECT_FALSE(row.reason.empty()) << row.name;
}

}  // namespace
}  // namespace agent
