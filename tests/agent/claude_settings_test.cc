#include "agent/claude_settings.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agent {
namespace {

using Json = nlohmann::json;

ClaudeLaunch example() {
  ClaudeLaunch launch;
  launch.proxy_url = "http://127.0.0.1:8011";
  launch.label = "claude-local-x";
  launch.run_id = "r";
  return launch;
}

Json settings_of(std::string_view own = {}, AutoMode mode = AutoMode::off) {
  const auto text = claude_settings(claude_environment({}, example()), example(), mode, own);
  return Json::parse(text.value());
}

TEST(ClaudeSettings, RepeatTheWholeEnvironment) {
  const Json settings = settings_of();
  for (const Variable& row : claude_environment({}, example()).set)
    EXPECT_EQ(settings["env"][row.name], row.value) << row.name;
}

TEST(ClaudeSettings, BlankWhatAUsersFileCouldLeadElsewhereWith) {
  const Json settings = settings_of();
  for (const char* name : {"ANTHROPIC_API_KEY", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX",
                           "CLAUDE_CODE_USE_FOUNDRY", "CLAUDE_CODE_OAUTH_TOKEN"})
    EXPECT_EQ(settings["env"][name], "") << name;
  EXPECT_EQ(settings["apiKeyHelper"], "");
  EXPECT_EQ(settings["availableModels"], Json::array({"claude-local-x"}));
}

TEST(ClaudeSettings, DenyTheWebToolsOfTheCloud) {
  EXPECT_EQ(settings_of()["permissions"]["deny"], Json::array({"WebFetch", "WebSearch"}));
}

TEST(ClaudeSettings, LeaveThePermissionModeToTheUserAndInstallNoHooks) {
  const Json settings = settings_of();
  EXPECT_FALSE(settings["permissions"].contains("defaultMode"));
  EXPECT_FALSE(settings.contains("hooks"));
}

TEST(ClaudeSettings, SwitchOffTheModeThatAsksAModelUnlessItIsAskedFor) {
  EXPECT_EQ(settings_of()["disableAutoMode"], "disable");
  EXPECT_FALSE(settings_of({}, AutoMode::as_configured).contains("disableAutoMode"));
}

TEST(ClaudeSettings, KeepTheUsersOwnWhereTheyDoNotContradict) {
  const Json settings = settings_of(R"json({
    "env": {"MINE": "1", "ANTHROPIC_BASE_URL": "http://elsewhere"},
    "permissions": {"deny": ["Read(./x)", "WebFetch"], "allow": ["Bash"]},
    "theme": "dark"})json");
  EXPECT_EQ(settings["env"]["MINE"], "1");
  EXPECT_EQ(settings["env"]["ANTHROPIC_BASE_URL"], "http://127.0.0.1:8011");
  EXPECT_EQ(settings["permissions"]["deny"], Json::array({"Read(./x)", "WebFetch", "WebSearch"}));
  EXPECT_EQ(settings["permissions"]["allow"], Json::array({"Bash"}));
  EXPECT_EQ(settings["theme"], "dark");
}

TEST(ClaudeSettings, RefuseWhatIsNoJsonObject) {
  for (const char* own : {"{", "[]", "7"})
    EXPECT_FALSE(claude_settings({}, example(), AutoMode::off, own)) << own;
}

TEST(ClaudeSettings, AllowTheLocalToolsBesideTheUsersOwn) {
  ClaudeLaunch launch = example();
  launch.mcp = {{.name = "autosre-fetch", .program = "/bin/fetch", .arguments = {}}};
  const auto text =
      claude_settings({}, launch, AutoMode::off, R"({"permissions":{"allow":["Bash"]}})");
  EXPECT_EQ(Json::parse(text.value())["permissions"]["allow"],
            Json::array({"Bash", "mcp__autosre-fetch"}));
  EXPECT_FALSE(settings_of()["permissions"].contains("allow"));
}

TEST(ClaudeMcpConfig, NamesTheServersAndHasThemAwaited) {
  ClaudeLaunch launch = example();
  EXPECT_EQ(Json::parse(claude_mcp_config(launch)), (Json{{"mcpServers", Json::object()}}));
  launch.mcp = {{.name = "autosre-fetch", .program = "/bin/x", .arguments = {"mcp", "serve"}}};
  const Json servers = Json::parse(claude_mcp_config(launch))["mcpServers"];
  EXPECT_EQ(servers["autosre-fetch"]["command"], "/bin/x");
  EXPECT_EQ(servers["autosre-fetch"]["args"], Json::array({"mcp", "serve"}));
  EXPECT_EQ(servers["autosre-fetch"]["alwaysLoad"], true);
}

}  // namespace
}  // namespace agent
