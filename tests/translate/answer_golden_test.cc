// Upstream transcripts, one for each known way in which servers and proxies went wrong (the
// folders' names begin with the case's number), and what must become of them: as events, and as a
// plain answer. UPDATE_GOLDEN=1 writes the expected files.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "translate/answer_fixture.h"

namespace translate {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(AUTOSRE_SOURCE) / "tests/golden/chat_streams";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(golden))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

AnswerOptions options(const fs::path& folder) {
  AnswerOptions start = start_with();
  const Json given = Json::parse(contents(folder / "options.json"), nullptr, false);
  if (!given.is_object()) return start;
  start.one_tool_call = given.value("one_tool_call", false);
  start.thinking_disabled = given.value("thinking_disabled", false);
  start.thinking_prefilled = given.value("thinking_prefilled", false);
  start.discard_output = given.value("discard_output", false);
  return start;
}

class GoldenStream : public testing::TestWithParam<std::string> {
 protected:
  fs::path folder() const { return golden / GetParam(); }

  // A server that ignores `stream` answers with one JSON text.
  Feed upstream() {
    if (fs::exists(folder() / "upstream.json")) {
      text_ = contents(folder() / "upstream.json");
      return [this](Replay& replay) { replay.take(text_); };
    }
    text_ = contents(folder() / "upstream.sse");
    EXPECT_FALSE(text_.empty());
    return whole(text_);
  }
  bool is_plain() const { return fs::exists(folder() / "upstream.json"); }

  std::string text_;
};

TEST_P(GoldenStream, BecomesTheEventsExpected) {
  const std::string made = events_of(upstream(), options(folder()));
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder() / "expected.sse", std::ios::binary) << made;
    GTEST_SKIP() << "written anew";
  }
  EXPECT_EQ(made, contents(folder() / "expected.sse"));
}

TEST_P(GoldenStream, BecomesThePlainAnswerExpected) {
  const std::string made = message_of(upstream(), options(folder())).dump(2) + "\n";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder() / "expected.json", std::ios::binary) << made;
    GTEST_SKIP() << "written anew";
  }
  EXPECT_EQ(made, contents(folder() / "expected.json"));
}

TEST_P(GoldenStream, SaysTheSameStreamedAndPlain) {
  const Feed feed = upstream();
  EXPECT_EQ(outline(joined(events_of(feed, options(folder())))),
            outline(message_of(feed, options(folder()))));
}

TEST_P(GoldenStream, DoesNotDependOnWhereItIsCut) {
  const std::string once = events_of(upstream(), options(folder()));
  if (is_plain()) return;
  EXPECT_EQ(events_of(byte_by_byte(text_), options(folder())), once);
  for (unsigned seed = 0; seed < 20; ++seed)
    EXPECT_EQ(events_of(random_cuts(text_, seed), options(folder())), once) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(Chat, GoldenStream, testing::ValuesIn(cases()), [](const auto& tested) {
  std::string name = tested.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace translate
