// The real Claude Code against a scripted proxy. AUTOSRE_TEST_CLAUDE names the folder that holds
// it.
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

std::string event(const std::string& name, const Json& data) {
  return "event: " + name + "\ndata: " + data.dump() + "\n\n";
}

std::string answer() {
  return event("message_start", {{"type", "message_start"},
                                 {"message",
                                  {{"id", "msg_1"},
                                   {"type", "message"},
                                   {"role", "assistant"},
                                   {"model", "claude-local-x"},
                                   {"content", Json::array()},
                                   {"stop_reason", nullptr},
                                   {"stop_sequence", nullptr},
                                   {"usage", {{"input_tokens", 9}, {"output_tokens", 1}}}}}}) +
         event("content_block_start", {{"type", "content_block_start"},
                                       {"index", 0},
                                       {"content_block", {{"type", "text"}, {"text", ""}}}}) +
         event("content_block_delta",
               {{"type", "content_block_delta"},
                {"index", 0},
                {"delta", {{"type", "text_delta"}, {"text", "from here"}}}}) +
         event("content_block_stop", {{"type", "content_block_stop"}, {"index", 0}}) +
         event("message_delta",
               {{"type", "message_delta"},
                {"delta", {{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}},
                {"usage", {{"output_tokens", 2}}}}) +
         event("message_stop", {{"type", "message_stop"}});
}

TEST(RealClaude, AnswersFromTheProxyAlthoughTheUsersSettingsPointElsewhere) {
  const char* folder = std::getenv("AUTOSRE_TEST_CLAUDE");
  if (!folder) GTEST_SKIP() << "AUTOSRE_TEST_CLAUDE is not set";
  const testing_support::TinyServer proxy(
      {{"/health", {.body = R"({"backend":"ok"})"}},
       {"/v1/models", {.body = R"({"data":[{"id":"claude-local-x","context_window":262144}]})"}},
       {"/v1/messages", {.body = answer(), .type = "text/event-stream"}}});
  const testing_support::Folder home;
  const fs::path own = home / ".claude/settings.json";
  sys::write_atomically(
      own,
      R"({"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:9","ANTHROPIC_API_KEY":"sk",
                            "CLAUDE_CODE_USE_BEDROCK":"1"},"availableModels":["opus"],"model":"claude-opus-4-1",
                            "apiKeyHelper":"echo sk-helper"})");
  const auto text = sys::read_file(own);
  const auto time = fs::last_write_time(own);
  const auto outcome = testing_support::run_autosre(
      {"claude", "--url", proxy.url(), "-p", "hello", "--output-format", "json"},
      {{"HOME", home.path().string()}, {"PATH", std::string(folder) + ":/usr/bin:/bin"}});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const Json result = Json::parse(outcome.out);
  EXPECT_EQ(result["result"], "from here");
  EXPECT_EQ(result["modelUsage"]["claude-local-x"]["contextWindow"], 262144);
  for (const auto& asked : proxy.asked())
    EXPECT_EQ(asked.head.find("sk"), std::string::npos) << asked.head;
  EXPECT_EQ(sys::read_file(own), text);
  EXPECT_EQ(fs::last_write_time(own), time);
}

}  // namespace
}  // namespace agent
