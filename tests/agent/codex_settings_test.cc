#include "agent/codex_settings.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace agent {
namespace {

CodexLaunch example() {
  return {.proxy_url = "http://127.0.0.1:8012",
          .label = "local-qwen",
          .token = "s3cret",
          .token_file = "/run/token",
          .run_id = "run-1",
          .home = "/data/it's codex",
          .users_home = {},
          .catalog_file = "/run/models.json",
          .window = plan_codex_window(32768),
          .priority = 3,
          .tools = Tools::all,
          .mcp = {}};
}

std::string value_of(const std::vector<Variable>& settings, const std::string& key) {
  const auto found = std::ranges::find(settings, key, &Variable::name);
  return found == settings.end() ? "(none)" : found->value;
}

TEST(CodexSettings, NameTheProxyAsTheOnlyProvider) {
  const auto settings = codex_settings(example());
  const std::string provider = "model_providers.autosre.";
  EXPECT_EQ(value_of(settings, "model"), "\"local-qwen\"");
  EXPECT_EQ(value_of(settings, "model_provider"), "\"autosre\"");
  EXPECT_EQ(value_of(settings, provider + "name"), "\"autosre\"");
  EXPECT_EQ(value_of(settings, provider + "base_url"), "\"http://127.0.0.1:8012/v1\"");
  EXPECT_EQ(value_of(settings, provider + "wire_api"), "\"responses\"");
  EXPECT_EQ(value_of(settings, provider + "http_headers"), R"({ "x-autosre-priority" = "3" })");
}

TEST(CodexSettings, TellTheTrueWindow) {
  const auto settings = codex_settings(example());
  EXPECT_EQ(value_of(settings, "model_catalog_json"), "\"/run/models.json\"");
  EXPECT_EQ(value_of(settings, "model_context_window"), "32768");
  EXPECT_EQ(value_of(settings, "model_auto_compact_token_limit"), "24576");
  CodexLaunch unknown = example();
  unknown.window.reset();
  EXPECT_EQ(value_of(codex_settings(unknown), "model_context_window"), "(none)");
}

TEST(CodexSettings, HaveAReasonEachAndNoKeyTwice) {
  CodexLaunch launch = example();
  launch.tools = Tools::few;
  std::vector<std::string> keys;
  for (const Variable& row : codex_settings(launch)) {
    EXPECT_FALSE(row.reason.empty()) << row.name;
    EXPECT_EQ(std::ranges::count(keys, row.name), 0) << row.name;
    keys.push_back(row.name);
  }
}

TEST(CodexSettings, ShortenThePromptOnlyWhenLean) {
  CodexLaunch launch = example();
  EXPECT_EQ(value_of(codex_settings(launch), "agents.enabled"), "(none)");
  launch.tools = Tools::few;
  EXPECT_EQ(value_of(codex_settings(launch), "agents.enabled"), "false");
}

TEST(CodexSettings, NameTheLocalServersForOneLaunchOnly) {
  CodexLaunch launch = example();
  launch.mcp = {{.name = "autosre-fetch", .program = "/it's/x", .arguments = {"mcp", "serve"}}};
  const auto settings = codex_settings(launch);
  EXPECT_EQ(value_of(settings, "mcp_servers.autosre-fetch.command"), R"("/it's/x")");
  EXPECT_EQ(value_of(settings, "mcp_servers.autosre-fetch.args"), R"(["mcp", "serve"])");
  EXPECT_EQ(value_of(settings, "mcp_servers.autosre-fetch.default_tools_approval_mode"),
            R"("approve")");
  EXPECT_EQ(codex_config_file(launch).find("mcp_servers"), std::string::npos);
}

TEST(CodexSettings, QuoteAnyNameForToml) {
  CodexLaunch launch = example();
  launch.label = "a\"b\\c\nd";
  EXPECT_EQ(value_of(codex_settings(launch), "model"), R"("a\"b\\c\u000Ad")");
}

TEST(CodexSettings, NeverHoldTheToken) {
  const CodexLaunch launch = example();
  for (const Variable& row : codex_settings(launch))
    EXPECT_EQ(row.value.find("s3cret"), std::string::npos) << row.name;
  EXPECT_EQ(codex_config_file(launch).find("s3cret"), std::string::npos);
  EXPECT_EQ(codex_shell_lines(launch).find("s3cret"), std::string::npos);
}

TEST(CodexArguments, StandBeforeTheUsersOwn) {
  const std::vector<Variable> settings = {{"a.b", "\"x y\"", "why"}, {"c", "1", "why"}};
  EXPECT_EQ(codex_arguments(settings, {"exec", "-c", "c=2"}),
            (std::vector<std::string>{"-c", "a.b=\"x y\"", "-c", "c=1", "exec", "-c", "c=2"}));
}

TEST(CodexConfigFile, HoldsNothingOfOneLaunch) {
  const std::string text = codex_config_file(example());
  EXPECT_NE(text.find("\nmodel_provider = \"autosre\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("model_catalog_url = \"http://127.0.0.1:8012/v1/models\""), text.npos);
  for (const char* word : {"run-1", "/run/models.json", "x-autosre-priority", "32768"})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

TEST(CodexSettings, TakeTheUsersOwnFolderForNoProject) {
  CodexLaunch launch = example();
  EXPECT_EQ(value_of(codex_settings(launch), "projects"), "(none)");
  launch.users_home = "/home/\"ann\"";
  EXPECT_EQ(value_of(codex_settings(launch), "projects"),
            R"({ "/home/\"ann\"" = { trust_level = "untrusted" } })");
  EXPECT_EQ(value_of(codex_settings(launch), "sandbox_mode"), "\"read-only\"");
  for (const std::string& text : {codex_config_file(launch), codex_shell_lines(launch)})
    EXPECT_FALSE(text.contains("untrusted")) << "it would open the sandbox";
}

TEST(CodexConfigFile, IsRenewedWhereLaunchesDiffer) {
  CodexLaunch launch = example();
  const std::string kept = codex_config_file(launch) + "[projects.\"/p\"]\nmodel = \"theirs\"";
  EXPECT_EQ(renewed_config(kept, launch), kept);
  launch.label = "another";
  launch.proxy_url = "http://127.0.0.1:9";
  EXPECT_EQ(renewed_config(kept, launch),
            codex_config_file(launch) + "[projects.\"/p\"]\nmodel = \"theirs\"");
  EXPECT_TRUE(renewed_config("model_provider = \"autosre\"\r\nmodel=\"x\"\r\n", launch)
                  .ends_with("\nmodel = \"another\"\n"));
  for (const char* theirs :
       {"model_provider = \"mine\"\nmodel = \"x\"\n",
        "model_provider = \"autosre\"\n# model = 1\nmodel_verbosity = \"low\"\n",
        "model_provider = \"autosre\"\nx = \"\"\"\nmodel = 1\n\"\"\"\n",
        "model_provider = \"autosre\"\n  [profiles.x]\n  model = \"x\"\n", "", "\n"})
    EXPECT_EQ(renewed_config(theirs, launch), theirs);
}

TEST(CodexShellLines, QuoteForAShell) {
  const std::string text = codex_shell_lines(example());
  EXPECT_TRUE(text.starts_with("mkdir -p '/data/it'\\''s codex' && chmod 700 ")) << text;
  EXPECT_NE(text.find(" -c 'model=\"local-qwen\"' "), std::string::npos) << text;
  EXPECT_EQ(text.find("/run/models.json"), std::string::npos) << "it is gone by then";
}

}  // namespace
}  // namespace agent
