// The built program with a fake claude on PATH and a fake proxy.
#include <algorithm>
#include <optional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "agent/program.h"
#include "agent/tiny_server.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/poll_until.h"

namespace agent {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing_support::Folder;
using testing_support::has;
using testing_support::Outcome;
using testing_support::poll_until;
using testing_support::Reply;
using testing_support::said;
using testing_support::TinyServer;

const Reply healthy{.body = R"({"status":"ok","backend":"ok"})"};
const Reply models{
    .body = R"({"data":[{"id":"claude-local-x","context_window":32768,"max_tokens":8192}]})"};

class Launch : public testing::Test {
 protected:
  Launch() {
    sys::write_atomically(home_ / "bin/claude",
                          sys::read_file(AUTOSRE_SOURCE "/tests/agent/fake_claude.sh").value(),
                          0755);
    sys::write_atomically(home_ / ".claude/settings.json", R"({"env":{"ANTHROPIC_MODEL":"opus"}})");
    environment_ = {{"HOME", home_.path().string()},
                    {"PATH", (home_ / "bin").string() + ":/usr/bin:/bin"}};
    serve({{"/health", healthy}, {"/v1/models", models}});
  }

  void serve(std::map<std::string, Reply> replies) {
    server_.emplace(std::move(replies));
    environment_["AUTOSRE_PROXY_URL"] = server_->url();
  }

  Outcome claude(std::vector<std::string> words = {}) {
    words.insert(words.begin(), "claude");
    return testing_support::run_autosre(words, environment_);
  }

  Json seen_settings() const { return Json::parse(sys::read_file(home_ / "seen.json").value()); }

  Folder home_;
  std::optional<TinyServer> server_;
  config::Environment environment_;
};

bool is_gone(const fs::path& folder) {
  return poll_until([&] { return !fs::exists(folder); });
}

TEST_F(Launch, BecomesClaudeWithItsExitCode) {
  environment_["FAKE_EXIT"] = "7";
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  const std::string folder = said(outcome, "folder").at(0);
  EXPECT_TRUE(folder.ends_with("." + said(outcome, "pid").at(0))) << folder;
}

TEST_F(Launch, PassesOnTheUsersWordsInOrder) {
  const Outcome outcome =
      claude({"-p", "two words", "--lean", "--model", "opus", "--", "--lean", "--help", "-x"});
  const auto words = said(outcome, "arg");
  const std::vector<std::string> own = {"-p",     "two words", "--model", "opus",
                                        "--lean", "--help",    "-x"};
  ASSERT_GE(words.size(), own.size()) << outcome.err;
  EXPECT_EQ(std::vector(words.end() - static_cast<long>(own.size()), words.end()), own);
  EXPECT_TRUE(has(words, "--strict-mcp-config"));
}

TEST_F(Launch, GivesPrivateFilesThatVanish) {
  const Outcome outcome = claude();
  EXPECT_EQ(said(outcome, "mode"), (std::vector<std::string>{"600", "600"}));
  EXPECT_TRUE(is_gone(said(outcome, "folder").at(0)));
}

TEST_F(Launch, RemovesItsFilesWhenClaudeIsKilled) {
  environment_["FAKE_SIGNAL"] = "KILL";
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 128 + 9);
  EXPECT_TRUE(is_gone(said(outcome, "folder").at(0)));
}

TEST_F(Launch, RemovesItsFilesWhenClaudeCannotBeExecuted) {
  sys::write_atomically(home_ / "bin/claude",
                        "\x7f"
                        "ELF nonsense",
                        0755);
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("cannot execute"), std::string::npos) << outcome.err;
  EXPECT_TRUE(poll_until([&] { return fs::is_empty(home_ / ".local/state/autosre/run/launch"); }));
}

TEST_F(Launch, NeverSharesFilesEvenWithTheSameRunId) {
  environment_["AUTOSRE_RUN_ID"] = "mine";
  const Outcome first = claude();
  const Outcome second = claude();
  EXPECT_NE(said(first, "folder").at(0), said(second, "folder").at(0));
  EXPECT_TRUE(has(said(first, "env"), "AUTOSRE_RUN_ID=mine"));
}

TEST_F(Launch, CleansAndSetsTheEnvironment) {
  environment_["ANTHROPIC_API_KEY"] = "sk-user";
  environment_["CLAUDE_CODE_USE_BEDROCK"] = "1";
  const auto variables = said(claude(), "env");
  EXPECT_TRUE(has(variables, "ANTHROPIC_BASE_URL=" + server_->url()));
  EXPECT_TRUE(has(variables, "ANTHROPIC_MODEL=claude-local-x"));
  EXPECT_TRUE(has(variables, "CLAUDE_CODE_MAX_CONTEXT_TOKENS=45000"));
  EXPECT_FALSE(has(variables, "ANTHROPIC_API_KEY=sk-user"));
  EXPECT_FALSE(has(variables, "CLAUDE_CODE_USE_BEDROCK=1"));
  EXPECT_EQ(seen_settings()["env"]["ANTHROPIC_MODEL"], "claude-local-x");
}

TEST_F(Launch, LeavesTheUsersOwnFilesUntouched) {
  const fs::path own = home_ / ".claude/settings.json";
  const auto text = sys::read_file(own);
  const auto time = fs::last_write_time(own);
  ASSERT_EQ(claude().code, 0);
  EXPECT_EQ(sys::read_file(own), text);
  EXPECT_EQ(fs::last_write_time(own), time);
  EXPECT_EQ(std::distance(fs::directory_iterator(own.parent_path()), {}), 1);
}

TEST_F(Launch, PutsItsFilesIntoTheRuntimeFolder) {
  environment_["XDG_RUNTIME_DIR"] = (home_ / "runtime").string();
  const Outcome outcome = claude();
  EXPECT_TRUE(
      said(outcome, "folder").at(0).starts_with((home_ / "runtime/autosre/launch/").string()));
}

TEST_F(Launch, KeepsASecretTokenOutOfArgumentsAndPrints) {
  sys::write_atomically(home_ / "token", "s3cret\n", 0600);
  environment_["AUTOSRE_TOKEN_FILE"] = (home_ / "token").string();
  const Outcome outcome = claude();
  EXPECT_TRUE(has(said(outcome, "env"), "ANTHROPIC_AUTH_TOKEN=s3cret")) << outcome.err;
  for (const std::string& word : said(outcome, "arg"))
    EXPECT_EQ(word.find("s3cret"), std::string::npos) << word;
  EXPECT_EQ(seen_settings()["env"]["ANTHROPIC_AUTH_TOKEN"], "s3cret");
  for (const char* print : {"--dry-run", "--explain", "--print-env"})
    EXPECT_EQ(claude({print}).out.find("s3cret"), std::string::npos) << print;
  EXPECT_EQ(claude({"--dry-run", "--json"}).out.find("s3cret"), std::string::npos);
  const auto head = server_->asked().back().head;
  EXPECT_NE(head.find("Authorization: Bearer s3cret"), std::string::npos) << head;
}

TEST_F(Launch, TakesTheUsersSettingsIntoItsOwn) {
  const Outcome outcome = claude({"--settings", R"({"theme":"dark"})", "-p", "x"});
  EXPECT_EQ(seen_settings()["theme"], "dark") << outcome.err;
  const auto words = said(outcome, "arg");
  EXPECT_EQ(std::count(words.begin(), words.end(), "--settings"), 1);
}

TEST_F(Launch, PrintsAnEnvironmentThatAShellCanTake) {
  environment_["ANTHROPIC_API_KEY"] = "sk-user";
  const std::string script =
      std::string("eval \"$(") + AUTOSRE_BINARY +
      " claude --print-env)\"; echo \"$ANTHROPIC_MODEL,$ANTHROPIC_API_KEY.\"";
  const Outcome outcome = testing_support::run_program({"/bin/bash", "-c", script}, environment_);
  EXPECT_EQ(outcome.out, "claude-local-x,.\n") << outcome.err;
}

TEST_F(Launch, DescribesItselfWithoutRunningClaude) {
  const Json plan = Json::parse(claude({"--dry-run", "--json", "-p", "x"}).out);
  EXPECT_EQ(plan["label"], "claude-local-x");
  EXPECT_EQ(plan["arguments"].back(), "x");
  EXPECT_EQ(plan["files"].size(), 2U);
  EXPECT_FALSE(fs::exists(home_ / ".local"));
}

TEST_F(Launch, SaysHowToInstallClaude) {
  fs::remove(home_ / "bin/claude");
  environment_["PATH"] = (home_ / "bin").string();
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("npm install -g @anthropic-ai/claude-code"), std::string::npos);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(Launch, NamesTheStartCommandWhenNothingAnswers) {
  server_.reset();
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("cannot be reached"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("autosre start"), std::string::npos) << outcome.err;
}

TEST_F(Launch, SaysThatTheModelIsStillLoading) {
  serve({{"/health", {.body = R"({"status":"ok","backend":"loading"})"}}, {"/v1/models", models}});
  environment_["AUTOSRE_API_URL"] = server_->url();
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("still loading"), std::string::npos) << outcome.err;
}

TEST_F(Launch, RefusesALabelThatClaudeCodeWould) {
  serve({{"/health", healthy}, {"/v1/models", {.body = R"({"data":[{"id":"qwen"}]})"}}});
  EXPECT_EQ(claude().code, 1);
  environment_["AUTOSRE_CLAUDE_LABEL"] = "claude-mine";
  EXPECT_TRUE(has(said(claude(), "env"), "ANTHROPIC_MODEL=claude-mine"));
}

TEST_F(Launch, RefusesARunIdThatIsNoFileName) {
  environment_["AUTOSRE_RUN_ID"] = "../x";
  const Outcome outcome = claude();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("AUTOSRE_RUN_ID"), std::string::npos);
}

TEST_F(Launch, RefusesSettingsThatAreNoJson) {
  EXPECT_EQ(claude({"--settings", "{nonsense"}).code, 1);
  EXPECT_EQ(claude({"--settings", "/does/not/exist"}).code, 1);
}

}  // namespace
}  // namespace agent
