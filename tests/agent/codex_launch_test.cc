// The built program with a fake codex on PATH and a fake proxy.
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
const Reply models{.body = R"({"data":[{"id":"local-x","context_window":32768}],
                               "models":[{"slug":"local-x","base_instructions":"long"}]})"};

class CodexLaunched : public testing::Test {
 protected:
  CodexLaunched() {
    sys::write_atomically(home_ / "bin/codex",
                          sys::read_file(AUTOSRE_SOURCE "/tests/agent/fake_codex.sh").value(),
                          0755);
    environment_ = {{"HOME", home_.path().string()},
                    {"PATH", (home_ / "bin").string() + ":/usr/bin:/bin"}};
    serve({{"/health", healthy}, {"/v1/models", models}});
  }

  void serve(std::map<std::string, Reply> replies) {
    server_.emplace(std::move(replies));
    environment_["AUTOSRE_CODEX_PROXY_URL"] = server_->url();
  }

  Outcome codex(std::vector<std::string> words = {}) {
    words.insert(words.begin(), "codex");
    return testing_support::run_autosre(words, environment_);
  }

  Folder home_;
  fs::path codex_home_ = home_ / ".local/share/autosre/codex";
  std::optional<TinyServer> server_;
  config::Environment environment_;
};

bool is_gone(const fs::path& folder) {
  return poll_until([&] { return !fs::exists(folder); });
}

TEST_F(CodexLaunched, BecomesCodexWithItsExitCode) {
  environment_["FAKE_EXIT"] = "7";
  const Outcome outcome = codex();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  const std::string folder = said(outcome, "folder").at(0);
  EXPECT_TRUE(folder.ends_with("." + said(outcome, "pid").at(0))) << folder;
}

TEST_F(CodexLaunched, PassesOnTheUsersWordsBehindItsSettings) {
  const std::vector<std::string> own = {"exec", "--json", "-c", "model=\"mine\"",
                                        "--",   "--lean", "-h"};
  for (const bool is_marked : {false, true}) {
    std::vector<std::string> given = {"--lean"};
    if (is_marked) given.emplace_back("--");
    given.insert(given.end(), own.begin(), own.end());
    const Outcome outcome = codex(given);
    const auto words = said(outcome, "arg");
    ASSERT_GT(words.size(), own.size()) << outcome.err;
    EXPECT_EQ(std::vector(words.end() - static_cast<long>(own.size()), words.end()), own);
    EXPECT_TRUE(has(words, "model=\"local-x\""));
    EXPECT_TRUE(has(words, "agents.enabled=false"));
    EXPECT_TRUE(has(words, "model_providers.autosre.base_url=\"" + server_->url() + "/v1\""));
  }
}

TEST_F(CodexLaunched, GivesAPrivateCatalogThatVanishes) {
  const Outcome outcome = codex();
  EXPECT_EQ(said(outcome, "mode"), std::vector<std::string>{"600"});
  EXPECT_TRUE(is_gone(said(outcome, "folder").at(0)));
  const Json catalog = Json::parse(sys::read_file(home_ / "seen.json").value());
  EXPECT_EQ(catalog["models"][0]["slug"], "local-x");
}

TEST_F(CodexLaunched, RemovesTheCatalogWhenCodexIsKilled) {
  environment_["FAKE_SIGNAL"] = "KILL";
  const Outcome outcome = codex();
  EXPECT_EQ(outcome.code, 128 + 9);
  EXPECT_TRUE(is_gone(said(outcome, "folder").at(0)));
}

TEST_F(CodexLaunched, KeepsAFolderOfItsOwnForItsOwnerOnly) {
  const Outcome outcome = codex();
  EXPECT_TRUE(has(said(outcome, "env"), "CODEX_HOME=" + codex_home_.string())) << outcome.err;
  EXPECT_EQ(said(outcome, "home"), std::vector<std::string>{"700"});
  EXPECT_EQ(said(outcome, "config"), std::vector<std::string>{"600"});
}

// Codex writes to it which folders are trusted.
TEST_F(CodexLaunched, LeavesTheConfigurationThatIsThereAsItIs) {
  ASSERT_EQ(codex().code, 0);
  const std::string mine = "model_provider = \"autosre\"\n[projects.\"/p\"]\n";
  sys::write_atomically(codex_home_ / "config.toml", mine, 0600);
  ASSERT_EQ(codex({"--lean"}).code, 0);
  EXPECT_EQ(sys::read_file(codex_home_ / "config.toml"), mine);
}

// For a Codex that this one starts: without the options it finds the stack by its file.
TEST_F(CodexLaunched, RenewsTheAddressInTheConfigurationThatIsThere) {
  ASSERT_EQ(codex().code, 0);
  const fs::path file = codex_home_ / "config.toml";
  const std::string before = sys::read_file(file).value() + "[projects.\"/p\"]\n";
  sys::write_atomically(file, before, 0600);
  const std::string old_url = server_->url();
  serve({{"/health", healthy}, {"/v1/models", models}});
  ASSERT_NE(server_->url(), old_url);
  ASSERT_EQ(codex().code, 0);
  const std::string after = sys::read_file(file).value();
  EXPECT_FALSE(after.contains(old_url)) << after;
  EXPECT_TRUE(after.contains("base_url = \"" + server_->url() + "/v1\""));
  EXPECT_TRUE(after.ends_with("[projects.\"/p\"]\n"));
}

TEST_F(CodexLaunched, ShowsTheFileThatItKeeps) {
  const std::string path = (codex_home_ / "config.toml").string();
  EXPECT_TRUE(codex({"--dry-run"}).out.contains("# " + path + " (0600, kept)"));
  const Json plan = Json::parse(codex({"--dry-run", "--json"}).out);
  EXPECT_EQ(plan["kept_files"][0]["path"], path);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(CodexLaunched, SaysWhatItsJsonIsFor) {
  const Outcome outcome = codex({"--json", "exec", "hi"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.contains("--dry-run")) << outcome.err;
  EXPECT_TRUE(said(outcome, "arg").empty());
}

TEST_F(CodexLaunched, SaysWhichFolderItCannotUse) {
  sys::write_atomically(home_ / "file", "");
  for (const char* variable : {"XDG_DATA_HOME", "XDG_RUNTIME_DIR"}) {
    environment_[variable] = (home_ / "file").string();
    const Outcome outcome = codex();
    EXPECT_EQ(outcome.code, 1);
    EXPECT_TRUE(outcome.err.contains((home_ / "file").string())) << outcome.err;
    EXPECT_FALSE(outcome.err.contains("report")) << outcome.err;
    environment_.erase(variable);
  }
}

// It may be another one's to start.
TEST_F(CodexLaunched, StartsNoStackInThePlaceOfANamedProxy) {
  const Outcome outcome = codex({"--auto-start", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(outcome.err.contains("127.0.0.1:1 cannot be reached")) << outcome.err;
}

TEST_F(CodexLaunched, LeavesTheUsersOwnFolderUntouched) {
  const fs::path own = home_ / ".codex/config.toml";
  sys::write_atomically(own, "model = \"gpt-6\"\n");
  const auto time = fs::last_write_time(own);
  environment_["CODEX_HOME"] = (home_ / ".codex").string();
  ASSERT_EQ(codex().code, 0);
  EXPECT_EQ(sys::read_file(own), "model = \"gpt-6\"\n");
  EXPECT_EQ(fs::last_write_time(own), time);
  EXPECT_EQ(std::distance(fs::directory_iterator(own.parent_path()), {}), 1);
}

TEST_F(CodexLaunched, CleansTheEnvironment) {
  environment_["OPENAI_API_KEY"] = "sk-user";
  environment_["CODEX_API_KEY"] = "sk-user";
  environment_["AUTOSRE_RUN_ID"] = "mine";
  const auto variables = said(codex(), "env");
  EXPECT_TRUE(has(variables, "AUTOSRE_RUN_ID=mine"));
  for (const std::string& variable : variables)
    EXPECT_EQ(variable.find("sk-user"), std::string::npos) << variable;
}

TEST_F(CodexLaunched, KeepsASecretTokenOutOfArgumentsFilesAndPrints) {
  sys::write_atomically(home_ / "token", "s3cret\n", 0600);
  environment_["AUTOSRE_TOKEN_FILE"] = (home_ / "token").string();
  const Outcome outcome = codex();
  EXPECT_TRUE(has(said(outcome, "env"), "AUTOSRE_CODEX_TOKEN=s3cret")) << outcome.err;
  for (const std::string& word : said(outcome, "arg"))
    EXPECT_EQ(word.find("s3cret"), std::string::npos) << word;
  for (const fs::path& file : {home_ / "seen.json", codex_home_ / "config.toml"})
    EXPECT_EQ(sys::read_file(file).value().find("s3cret"), std::string::npos) << file;
  for (const char* print : {"--dry-run", "--explain", "--print-env"})
    EXPECT_EQ(codex({print}).out.find("s3cret"), std::string::npos) << print;
  EXPECT_EQ(codex({"--dry-run", "--json"}).out.find("s3cret"), std::string::npos);
  const auto head = server_->asked().back().head;
  EXPECT_NE(head.find("Authorization: Bearer s3cret"), std::string::npos) << head;
}

TEST_F(CodexLaunched, PrintsAnEnvironmentThatAShellCanTake) {
  environment_["OPENAI_API_KEY"] = "sk-user";
  const std::string script = std::string("eval \"$(") + AUTOSRE_BINARY +
                             " codex --print-env)\"; mkdir -p \"$CODEX_HOME\";"
                             " echo \"key=$OPENAI_API_KEY.\"; codex exec 'a b'";
  const Outcome outcome = testing_support::run_program({"/bin/bash", "-c", script}, environment_);
  EXPECT_EQ(said(outcome, "key"), std::vector<std::string>{"."}) << outcome.err;
  EXPECT_TRUE(has(said(outcome, "arg"), "model=\"local-x\"")) << outcome.out;
  EXPECT_EQ(said(outcome, "arg").back(), "a b");
  EXPECT_EQ(said(outcome, "home"), std::vector<std::string>{"700"});
}

TEST_F(CodexLaunched, DescribesItselfWithoutRunningCodex) {
  const Json plan = Json::parse(codex({"--dry-run", "--json", "exec", "x"}).out);
  EXPECT_EQ(plan["label"], "local-x");
  EXPECT_EQ(plan["arguments"].back(), "x");
  EXPECT_EQ(plan["files"].size(), 1U);
  for (const Json& row : plan["settings"]) EXPECT_NE(row["reason"], "") << row;
  EXPECT_FALSE(fs::exists(home_ / ".local"));
}

TEST_F(CodexLaunched, ShowsItsOwnHelpAndPassesOnWhatAsksForCodexs) {
  EXPECT_NE(codex({"--help"}).out.find("autosre codex"), std::string::npos);
  EXPECT_EQ(said(codex({"exec", "--help"}), "arg").back(), "--help");
}

TEST_F(CodexLaunched, SaysHowToInstallCodex) {
  fs::remove(home_ / "bin/codex");
  environment_["PATH"] = (home_ / "bin").string();
  const Outcome outcome = codex();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("npm install -g @openai/codex"), std::string::npos) << outcome.err;
}

TEST_F(CodexLaunched, NamesTheStartCommandWhenNothingAnswers) {
  server_.reset();
  const Outcome outcome = codex();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("autosre start --local"), std::string::npos) << outcome.err;
}

// The Anthropic proxy is one.
TEST_F(CodexLaunched, RefusesAProxyThatKnowsNothingForCodex) {
  serve({{"/health", healthy}, {"/v1/models", {.body = R"({"data":[{"id":"claude-local-x"}]})"}}});
  const Outcome outcome = codex();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("no model for Codex"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace agent
