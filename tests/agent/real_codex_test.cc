// The real Codex against a scripted proxy. AUTOSRE_TEST_CLAUDE names the folder that holds it.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "agent/program.h"
#include "agent/tiny_server.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace agent {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing_support::Asked;
using testing_support::Outcome;
using testing_support::TinyServer;

std::string event(const Json& data) {
  return "event: " + data["type"].get<std::string>() + "\ndata: " + data.dump() + "\n\n";
}

std::string answer() {
  return event({{"type", "response.created"}, {"response", {{"id", "resp_1"}}}}) +
         event({{"type", "response.output_item.done"},
                {"output_index", 0},
                {"item",
                 {{"type", "message"},
                  {"id", "msg_1"},
                  {"role", "assistant"},
                  {"content", {{{"type", "output_text"}, {"text", "from here"}}}}}}}) +
         event({{"type", "response.completed"},
                {"response",
                 {{"id", "resp_1"},
                  {"usage", {{"input_tokens", 9}, {"output_tokens", 2}, {"total_tokens", 11}}}}}});
}

Json entry() {
  return {{"slug", "local-x"},
          {"display_name", "x"},
          {"supported_reasoning_levels", {{{"effort", "medium"}, {"description", "m"}}}},
          {"default_reasoning_level", "medium"},
          {"shell_type", "unified_exec"},
          {"visibility", "list"},
          {"supported_in_api", true},
          {"priority", 0},
          {"support_verbosity", false},
          {"apply_patch_tool_type", "freeform"},
          {"truncation_policy", {{"mode", "tokens"}, {"limit", 10000}}},
          {"context_window", 32768},
          {"experimental_supported_tools", Json::array()},
          {"base_instructions", std::string(8000, 'x')}};
}

class RealCodex : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("AUTOSRE_TEST_CLAUDE");
    if (!folder) GTEST_SKIP() << "AUTOSRE_TEST_CLAUDE is not set";
    path_ = std::string(folder) + ":/usr/bin:/bin";
    sys::write_atomically(own_,
                          "model = \"gpt-6-sol\"\nopenai_base_url = \"http://127.0.0.1:9\"\n");
  }

  Outcome codex(std::vector<std::string> words) {
    words.insert(words.begin(), {"codex", "--url", proxy_.url()});
    return testing_support::run_autosre(words, {{"HOME", home_.path().string()},
                                                {"PATH", path_},
                                                {"OPENAI_API_KEY", "sk-users"},
                                                {"AUTOSRE_RUN_ID", "run-1"}});
  }

  std::vector<Asked> model_calls() const {
    std::vector<Asked> calls;
    for (const Asked& asked : proxy_.asked())
      if (asked.target == "/v1/responses") calls.push_back(asked);
    return calls;
  }

  testing_support::Folder home_;
  fs::path own_ = home_ / ".codex/config.toml";
  std::string path_;
  TinyServer proxy_{{{"/health", {.body = R"({"backend":"ok"})"}},
                     {"/v1/models",
                      {.body = Json{{"data", {{{"id", "local-x"}, {"context_window", 32768}}}},
                                    {"models", {entry()}}}
                                   .dump()}},
                     {"/v1/responses", {.body = answer(), .type = "text/event-stream"}}}};
};

const std::vector<std::string> exec = {"exec", "--strict-config", "--skip-git-repo-check",
                                       "--json"};

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(RealCodex, AnswersFromTheProxyAlthoughTheUsersFilesPointElsewhere) {
  const auto text = sys::read_file(own_);
  const auto time = fs::last_write_time(own_);
  const Outcome outcome = codex(with(exec, {"hello"}));
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("\"text\":\"from here\""), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("\"type\":\"error\""), std::string::npos)
      << "no warning: " << outcome.out;
  const auto calls = model_calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_NE(calls[0].head.find("x-autosre-run-id: run-1"), std::string::npos) << calls[0].head;
  EXPECT_EQ(calls[0].head.find("sk-users"), std::string::npos);
  const Json body = Json::parse(calls[0].body);
  EXPECT_EQ(body["model"], "local-x");
  EXPECT_TRUE(std::ranges::any_of(
      body["tools"], [](const Json& tool) { return tool.value("name", "") == "apply_patch"; }));
  EXPECT_EQ(sys::read_file(own_), text);
  EXPECT_EQ(fs::last_write_time(own_), time);
  EXPECT_EQ(std::distance(fs::directory_iterator(own_.parent_path()), {}), 1);
}

TEST_F(RealCodex, ResumesTheLastSessionInAnotherLaunch) {
  ASSERT_EQ(codex(with(exec, {"the first question"})).code, 0);
  const Outcome outcome =
      codex({"exec", "resume", "--last", "--skip-git-repo-check", "--json", "the second"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const auto calls = model_calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_NE(calls[1].body.find("the first question"), std::string::npos);
  EXPECT_NE(calls[1].body.find("from here"), std::string::npos);
}

TEST_F(RealCodex, AsksBrieflyWhenLean) {
  ASSERT_EQ(codex(with(exec, {"hello"})).code, 0);
  const Outcome lean = codex(with({"--lean"}, with(exec, {"hello"})));
  ASSERT_EQ(lean.code, 0) << lean.out << lean.err;
  const auto calls = model_calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_GT(calls[0].body.size(), 20000U);
  EXPECT_LT(calls[1].body.size(), 7000U);
}

TEST_F(RealCodex, LetsTheUsersOwnOptionsWin) {
  ASSERT_EQ(
      codex(with(exec, {"-c", "model_reasoning_summary=\"none\"", "-m", "mine", "hello"})).code, 0);
  EXPECT_EQ(Json::parse(model_calls().at(0).body)["model"], "mine");
}

}  // namespace
}  // namespace agent
