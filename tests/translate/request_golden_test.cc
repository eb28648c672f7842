// Captured sessions and what they become, byte by byte. UPDATE_GOLDEN=1 writes the expected files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(AUTOSRE_SOURCE) / "tests/golden/anthropic";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> sessions() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(golden))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

std::vector<fs::path> requests(const std::string& session) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(golden / session))
    if (entry.path().string().ends_with(".request.json")) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

class GoldenSession : public testing::TestWithParam<std::string> {};

TEST_P(GoldenSession, BecomesWhatIsExpected) {
  for (const fs::path& file : requests(GetParam())) {
    const ChatCall call = call_of(contents(file), seeing());
    const std::string made = "{" + call.prompt + call.options + "}\n";
    std::string name = file.filename();
    name.replace(name.find(".request"), std::string(".request").size(), ".chat");
    const fs::path expected = file.parent_path() / name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(expected, std::ios::binary) << made;
    } else {
      EXPECT_EQ(made, contents(expected)) << file;
    }
  }
  if (std::getenv("UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "written anew";
}

TEST_P(GoldenSession, KeepsItsBeginningForEveryProfile) {
  for (const ModelProfile& profile : {vllm(), seeing(), folding(), merging(), llamacpp()}) {
    std::string messages_before;
    std::string tools_before;
    for (const fs::path& file : requests(GetParam())) {
      const ChatCall call = call_of(contents(file), profile);
      ASSERT_FALSE(sent(call).is_discarded());
      const std::string messages = call.prompt.substr(0, call.blocks.back().end);
      const std::string tools = call.prompt.substr(call.blocks.back().end);
      EXPECT_TRUE(messages.starts_with(messages_before)) << file;
      if (!tools_before.empty()) EXPECT_EQ(tools, tools_before) << file;
      messages_before = messages;
      tools_before = tools;
    }
  }
}

TEST_P(GoldenSession, HidesTheBillingLineAndThePlaceholder) {
  for (const fs::path& file : requests(GetParam())) {
    const ChatCall call = call_of(contents(file));
    EXPECT_EQ(call.prompt.find("x-anthropic-billing-header"), std::string::npos) << file;
    EXPECT_EQ(call.prompt.find("\"DeferredToolPlaceholder\""), std::string::npos) << file;
    EXPECT_EQ(call.prompt.find("cache_control"), std::string::npos) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Anthropic, GoldenSession, testing::ValuesIn(sessions()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace translate
