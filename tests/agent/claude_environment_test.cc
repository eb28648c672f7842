#include "agent/claude_environment.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

ClaudeLaunch example() {
  return {.proxy_url = "http://127.0.0.1:8011",
          .api_url = "http://127.0.0.1:8010/v1",
          .label = "claude-local-x",
          .token = "local",
          .token_file = "",
          .run_id = "run-1",
          .window = WindowPlan{.told = 40960, .max_output = 4096},
          .priority = {},
          .tools = Tools::all,
          .mcp = {}};
}

config::Environment result_of(const config::Environment& inherited, const ClaudeLaunch& launch) {
  return with_changes(claude_environment(inherited, launch), inherited);
}

class Purge : public testing::TestWithParam<const char*> {};

TEST_P(Purge, TakesOutWhatLeadsToACloud) {
  const config::Environment inherited = {{GetParam(), "x"}};
  const EnvironmentChanges changes = claude_environment(inherited, example());
  ASSERT_EQ(changes.removed.size(), 1U);
  EXPECT_EQ(changes.removed[0].name, GetParam());
  EXPECT_FALSE(changes.removed[0].reason.empty());
  const auto result = with_changes(changes, inherited);
  const auto left = result.find(GetParam());
  EXPECT_TRUE(left == result.end() || left->second != "x");
}

INSTANTIATE_TEST_SUITE_P(
    Names, Purge,
    testing::Values("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS",
                    "ANTHROPIC_DEFAULT_OPUS_MODEL_NAME", "ANTHROPIC_ANYTHING_NEW",
                    "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FUTURE",
                    "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
                    "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR", "CLAUDE_API_KEY",
                    "CLAUDE_CODE_SESSION_ACCESS_TOKEN", "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
                    "CLAUDE_LOCAL_OAUTH_API_BASE", "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT"));

TEST(ClaudeEnvironment, LeavesTheUsersOtherVariables) {
  const config::Environment inherited = {{"PATH", "/bin"},
                                         {"OPENAI_API_KEY", "for the project's own tests"},
                                         {"CLAUDE_CONFIG_DIR", "/c"},
                                         {"CLAUDE_CODE_EFFORT_LEVEL", "low"},
                                         {"AUTOSRE_CLAUDE_LABEL", "l"}};
  const auto result = result_of(inherited, example());
  for (const auto& [name, value] : inherited) EXPECT_EQ(result.at(name), value) << name;
}

TEST(ClaudeEnvironment, GivesEveryModelNameTheOneLabel) {
  const auto result = result_of({{"ANTHROPIC_MODEL", "opus"}}, example());
  for (const char* name :
       {"ANTHROPIC_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL", "ANTHROPIC_DEFAULT_FABLE_MODEL",
        "ANTHROPIC_SMALL_FAST_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL"})
    EXPECT_EQ(result.at(name), "claude-local-x") << name;
  EXPECT_EQ(result.at("CLAUDE_CODE_SUBAGENT_MODEL_FORCE"), "1");
}

TEST(ClaudeEnvironment, PointsToTheStack) {
  const auto result = result_of({}, example());
  EXPECT_EQ(result.at("ANTHROPIC_BASE_URL"), "http://127.0.0.1:8011");
  EXPECT_EQ(result.at("ANTHROPIC_AUTH_TOKEN"), "local");
  EXPECT_EQ(result.at("CLAUDE_PLAN_REVIEW_CHAIN"), "local");
  EXPECT_EQ(result.at("CLAUDE_PLAN_REVIEW_LOCAL_URL"), "http://127.0.0.1:8010/v1");
  EXPECT_EQ(result.at("AUTOSRE_RUN_ID"), "run-1");
}

TEST(ClaudeEnvironment, SwitchesOffWhatLeavesTheMachineOrBreaksTheCache) {
  const auto result = result_of({}, example());
  EXPECT_EQ(result.at("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"), "1");
  EXPECT_EQ(result.at("CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL"), "1");
  EXPECT_EQ(result.at("DISABLE_TELEMETRY"), "1");
  EXPECT_EQ(result.at("DISABLE_AUTOUPDATER"), "1");
  EXPECT_EQ(result.at("CLAUDE_CODE_ATTRIBUTION_HEADER"), "0");
  EXPECT_EQ(result.at("ENABLE_TOOL_SEARCH"), "false");
}

TEST(ClaudeEnvironment, TellsTheWindow) {
  const auto result = result_of({}, example());
  EXPECT_EQ(result.at("CLAUDE_CODE_MAX_CONTEXT_TOKENS"), "40960");
  EXPECT_EQ(result.at("CLAUDE_CODE_MAX_OUTPUT_TOKENS"), "4096");
  EXPECT_EQ(result.at("CLAUDE_CODE_DISABLE_1M_CONTEXT"), "1");
}

TEST(ClaudeEnvironment, TellsNoWindowThatIsNotKnown) {
  ClaudeLaunch launch = example();
  launch.window.reset();
  const auto result = result_of({}, launch);
  EXPECT_FALSE(result.contains("CLAUDE_CODE_MAX_CONTEXT_TOKENS"));
  EXPECT_FALSE(result.contains("CLAUDE_CODE_MAX_OUTPUT_TOKENS"));
}

TEST(ClaudeEnvironment, SendsRunIdAndPriorityAsHeaders) {
  ClaudeLaunch launch = example();
  EXPECT_EQ(result_of({}, launch).at("ANTHROPIC_CUSTOM_HEADERS"), "x-autosre-run-id: run-1");
  launch.priority = -10;
  EXPECT_EQ(result_of({}, launch).at("ANTHROPIC_CUSTOM_HEADERS"),
            "x-autosre-run-id: run-1\nx-autosre-priority: -10");
}

TEST(ClaudeEnvironment, AddsTheStackToTheHostsThatAreReachedDirectly) {
  ClaudeLaunch launch = example();
  launch.proxy_url = "http://10.96.0.31:8011";
  const auto result = result_of({{"NO_PROXY", "corp.example, localhost"}}, launch);
  EXPECT_EQ(result.at("NO_PROXY"), "corp.example, localhost,127.0.0.1,::1,10.96.0.31");
  EXPECT_EQ(result.at("no_proxy"), "127.0.0.1,localhost,::1,10.96.0.31");
}

TEST(ClaudeEnvironment, ShortensThePromptOnlyWhenLean) {
  ClaudeLaunch launch = example();
  EXPECT_FALSE(result_of({}, launch).contains("CLAUDE_CODE_DISABLE_AUTO_MEMORY"));
  launch.tools = Tools::few;
  EXPECT_EQ(result_of({}, launch).at("CLAUDE_CODE_DISABLE_AUTO_MEMORY"), "1");
  EXPECT_EQ(result_of({}, launch).at("BASH_MAX_OUTPUT_LENGTH"), "8000");
}

TEST(ClaudeEnvironment, HasAReasonForEachVariableAndNoVariableTwice) {
  ClaudeLaunch launch = example();
  launch.tools = Tools::few;
  std::vector<std::string> names;
  for (const Variable& row : claude_environment({}, launch).set) {
    EXPECT_FALSE(row.reason.empty()) << row.name;
    EXPECT_EQ(std::count(names.begin(), names.end(), row.name), 0) << row.name;
    names.push_back(row.name);
  }
}

TEST(RenderExports, QuotesForAShell) {
  ClaudeLaunch launch = example();
  launch.label = "it's";
  const std::string text =
      render_exports(claude_environment({{"ANTHROPIC_X", "1"}}, launch), secret_of(launch));
  EXPECT_TRUE(text.starts_with("unset ANTHROPIC_X\n")) << text;
  EXPECT_NE(text.find("export ANTHROPIC_MODEL='it'\\''s'\n"), std::string::npos);
}

TEST(RenderExports, ReadsASecretTokenFromItsFileAndNeverPrintsIt) {
  ClaudeLaunch launch = example();
  launch.token = "s3cret";
  launch.token_file = "/run/token";
  const std::string text = render_exports(claude_environment({}, launch), secret_of(launch));
  EXPECT_NE(text.find("export ANTHROPIC_AUTH_TOKEN=\"$(cat '/run/token')\"\n"), std::string::npos);
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace agent
