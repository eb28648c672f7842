#include "mcp/browser/snapshot_text.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp::browser {
namespace {

using testing::HasSubstr;
using testing::Not;

// A heading, a list of `count` links, a button.
std::vector<Line> page_of(int count) {
  std::vector<Line> lines;
  lines.push_back({.depth = 0, .role = "heading", .name = "Shop", .tail = {}, .dom_node = 1});
  lines.push_back({.depth = 0, .role = "list", .name = {}, .tail = {}, .dom_node = 2});
  for (int i = 0; i < count; ++i)
    lines.push_back({.depth = 1,
                     .role = "link",
                     .name = "Item " + std::to_string(i),
                     .tail = " -> /" + std::to_string(i),
                     .dom_node = 100 + i,
                     .is_control = true});
  lines.push_back(
      {.depth = 0, .role = "button", .name = "Buy", .tail = {}, .dom_node = 3, .is_control = true});
  return lines;
}

class SnapshotText : public testing::Test {
 protected:
  std::string text_of(std::vector<Line> lines, const SnapshotWish& wish = {}) {
    return snapshot_text(std::move(lines), wish, [this](const Line& line) {
      return numbers_.try_emplace(line.dom_node, static_cast<int>(numbers_.size()) + 1)
          .first->second;
    });
  }
  std::map<int64_t, int> numbers_;
};

TEST_F(SnapshotText, ShowsAllWhenItFits) {
  EXPECT_EQ(text_of(page_of(2)),
            "- heading \"Shop\"\n- list\n  - link \"Item 0\" [ref=e1] -> /0\n"
            "  - link \"Item 1\" [ref=e2] -> /1\n- button \"Buy\" [ref=e3]\n");
}

TEST_F(SnapshotText, FoldsLongListsAndKeepsWhatFollows) {
  const std::string text = text_of(page_of(2000));
  EXPECT_LE(text.size(), 12'000U);
  EXPECT_THAT(text, HasSubstr("\"Item 5\""));
  EXPECT_THAT(text, Not(HasSubstr("\"Item 6\"")));
  EXPECT_THAT(text, HasSubstr("1994 more link left out; ref=e" + std::to_string(numbers_.at(2))));
  EXPECT_THAT(text, HasSubstr("button \"Buy\""));
}

TEST_F(SnapshotText, ShowsWhatIsBelowARefInParts) {
  SnapshotWish wish;
  wish.root = {.ref = 7, .view = 0, .dom_node = 2};
  const std::string first = text_of(page_of(2000), wish);
  EXPECT_LE(first.size(), 12'400U);
  EXPECT_TRUE(first.starts_with("- list [ref=e7]\n  - link \"Item 0\"")) << first.substr(0, 100);
  const size_t at = first.find("offset=");
  ASSERT_NE(at, std::string::npos);
  wish.offset = std::stoul(first.substr(at + 7));
  EXPECT_THAT(text_of(page_of(2000), wish),
              HasSubstr("\"Item " + std::to_string(wish.offset - 1) + "\""));
}

TEST_F(SnapshotText, FindsLinesWithWhatTheyAreIn) {
  SnapshotWish wish;
  wish.find = "ITEM 1999";
  EXPECT_THAT(text_of(page_of(2000), wish), testing::StartsWith("- list\n  - link \"Item 1999\""));
  wish.find = "nothing like it";
  EXPECT_THAT(text_of(page_of(3), wish), HasSubstr("nothing on the page contains"));
}

TEST_F(SnapshotText, ShowsControlsOnly) {
  SnapshotWish wish;
  wish.controls_only = true;
  EXPECT_THAT(text_of(page_of(1), wish), Not(HasSubstr("- list")));
}

TEST_F(SnapshotText, NeverExceedsItsBudgetByMoreThanALine) {
  std::vector<Line> lines;
  for (int i = 0; i < 500; ++i)
    lines.push_back({.depth = i % 3, .role = "text", .name = std::string(300, 'x'), .tail = {}});
  SnapshotWish wish;
  wish.max_chars = 2000;
  const std::string text = text_of(std::move(lines), wish);
  EXPECT_LE(text.size(), 2300U);
  EXPECT_THAT(text, HasSubstr("lines left out"));
}

}  // namespace
}  // namespace mcp::browser
