// What the real Codex sent, and what becomes of it, byte by byte. UPDATE_GOLDEN=1 writes the
// expected files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(AUTOSRE_SOURCE) / "tests/golden/responses";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> recorded() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(golden))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

std::string body_of(const std::string& name) {
  return contents(golden / (name + ".json"));
}

// The prompt up to the end of the last message.
std::string rendered(const ChatCall& call) {
  return call.prompt.substr(0, call.blocks.back().end);
}

class RecordedRequest : public testing::TestWithParam<std::string> {};

TEST_P(RecordedRequest, BecomesWhatIsExpected) {
  const ChatCall call = translated(body_of(GetParam()), seeing()).call;
  EXPECT_EQ(call.notice, "");
  const std::string made = "{" + call.prompt + call.options + "}\n";
  const fs::path expected = golden / "expected" / (GetParam() + ".chat.json");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << made;
    GTEST_SKIP() << "written anew";
  }
  EXPECT_EQ(made, contents(expected));
}

TEST_P(RecordedRequest, IsAChatThatStrictEnginesTake) {
  for (const ModelProfile& profile : {plain(), seeing(), merging(), llamacpp()}) {
    const Json made = parsed(translated(body_of(GetParam()), profile).call);
    const Json& messages = made["messages"];
    ASSERT_FALSE(messages.empty());
    EXPECT_EQ(messages[0]["role"], "system");
    for (size_t i = 1; i < messages.size(); ++i) {
      const std::string role = messages[i]["role"];
      EXPECT_TRUE(role == "user" || role == "assistant" || role == "tool" ||
                  (role == "system" && profile.inline_system))
          << role;
      const std::string before = messages[i - 1]["role"];
      if (role == "tool") EXPECT_TRUE(before == "tool" || before == "assistant");
    }
    if (made.contains("tools")) EXPECT_FALSE(made["tools"].empty());
  }
}

TEST_P(RecordedRequest, GivesAllItsToolsNamesThatLeadBack) {
  const Translated made = translated(body_of(GetParam()));
  const Json chat = parsed(made.call);
  if (!chat.contains("tools")) return;
  std::set<std::string> names;
  for (const Json& tool : chat["tools"]) {
    const std::string name = tool["function"]["name"];
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_LE(name.size(), 64U);
    ASSERT_NE(made.names.find(name), nullptr) << name;
  }
  for (const Json& message : chat["messages"])
    for (const Json& call : message.value("tool_calls", Json::array()))
      EXPECT_NE(made.names.find(call["function"]["name"].get<std::string>()), nullptr) << call;
}

TEST_P(RecordedRequest, IsTheSameEveryTime) {
  const ChatCall once = translated(body_of(GetParam())).call;
  const ChatCall again = translated(body_of(GetParam())).call;
  EXPECT_EQ(once.prompt + once.options, again.prompt + again.options);
}

// What Codex sent one turn, two and more turns earlier.
TEST_P(RecordedRequest, BeginsAsItDidInEarlierTurns) {
  const Json whole = Json::parse(body_of(GetParam()));
  for (const ModelProfile& profile : {plain(), seeing(), merging(), llamacpp()}) {
    std::string before;
    Json earlier = whole;
    earlier["input"] = Json::array();
    for (const Json& item : whole["input"]) {
      const std::string type = item.value("type", "");
      const bool model_speaks = type == "function_call" || type == "custom_tool_call" ||
                                type == "reasoning" || type == "tool_search_call" ||
                                item.value("role", "") == "assistant";
      const Json last = earlier["input"].empty() ? Json() : earlier["input"].back();
      const bool asked = model_speaks && last.is_object() &&
                         (last.value("role", "") == "user" || last.contains("output"));
      if (asked) {
        const std::string now = rendered(translated(earlier.dump(), profile).call);
        EXPECT_TRUE(now.starts_with(before)) << earlier["input"].size();
        before = now;
      }
      earlier["input"].push_back(item);
    }
    const std::string now = rendered(translated(whole.dump(), profile).call);
    EXPECT_TRUE(now.starts_with(before));
  }
}

INSTANTIATE_TEST_SUITE_P(Codex, RecordedRequest, testing::ValuesIn(recorded()),
                         [](const auto& tested) { return tested.param; });

TEST(RecordedSession, KeepsItsBeginningThroughTurnResumeAndCompaction) {
  const auto messages = [](const std::string& name) {
    return rendered(translated(body_of(name)).call);
  };
  EXPECT_TRUE(messages("resume").starts_with(messages("tools_round")));
  const std::string asked = messages("trigger");
  const std::string summary = asked.substr(asked.rfind(R"({"role":"user")"));
  EXPECT_NE(summary.find("summary of this conversation"), std::string::npos);
}

}  // namespace
}  // namespace translate::from_responses
