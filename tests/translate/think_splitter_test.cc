#include "translate/think_splitter.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace translate {
namespace {

// Reasoning and text, each joined.
using Said = std::pair<std::string, std::string>;

Said split(const std::vector<std::string>& deltas, bool inside = false) {
  ThinkSplitter splitter(inside);
  Said said;
  const auto add = [&said](const ThinkSplitter::Parts& parts) {
    said.first += parts.reasoning;
    said.second += parts.text;
  };
  for (const std::string& delta : deltas) add(splitter.split(delta));
  add(splitter.rest());
  return said;
}

Said split_in_two(const std::string& text, size_t at, bool inside) {
  return split({text.substr(0, at), text.substr(at)}, inside);
}

TEST(ThinkSplitter, LeavesTextWithoutTagsAlone) {
  EXPECT_EQ(split({"Hi", " there"}), Said("", "Hi there"));
  EXPECT_EQ(split({"\\n\\n", "Hi"}), Said("", "\\n\\nHi"));
  EXPECT_EQ(split({"<", "b>Hi"}), Said("", "<b>Hi"));
}

TEST(ThinkSplitter, TakesTheTagsAtTheBeginningApart) {
  EXPECT_EQ(split({"<think>foo</think>bar"}), Said("foo", "bar"));
  EXPECT_EQ(split({"\\n <think>foo</think>bar"}), Said("foo", "bar"));
}

// S05
TEST(ThinkSplitter, FindsTagsThatAreCutAnywhere) {
  const std::string text = "<think>a < b </thin k></think>bar</think>";
  const Said expected("a < b </thin k>", "bar</think>");
  for (size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(split_in_two(text, at, false), expected) << at;
  std::vector<std::string> bytes;
  for (const char byte : text) bytes.emplace_back(1, byte);
  EXPECT_EQ(split(bytes), expected);
}

// S05
TEST(ThinkSplitter, FindsTheClosingTagWhereTheTemplateHasOpened) {
  const std::string text = "foo</think>bar";
  for (size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(split_in_two(text, at, true), Said("foo", "bar")) << at;
}

TEST(ThinkSplitter, DropsTheSpaceAfterTheTagWhereverItIsCut) {
  const std::string head = "<think>foo</think>";
  for (const std::string& gap : {"\\n", "\\n\\n", " \\n", "\\r\\n\\r\\n"}) {
    EXPECT_EQ(split({head + gap + "bar"}), Said("foo", "bar")) << gap;
    EXPECT_EQ(split({head, gap, "bar"}), Said("foo", "bar")) << gap;
    EXPECT_EQ(split({head, gap + "bar"}), Said("foo", "bar")) << gap;
  }
}

TEST(ThinkSplitter, LeavesLaterTagsInTheText) {
  EXPECT_EQ(split({"Use <think>x</think>"}), Said("", "Use <think>x</think>"));
  EXPECT_EQ(split({"<think>a</think>b<think>c</think>"}), Said("a", "b<think>c</think>"));
}

TEST(ThinkSplitter, GivesWhatItHeldBack) {
  EXPECT_EQ(split({"<thi"}), Said("", "<thi"));
  EXPECT_EQ(split({"<think>foo</thi"}), Said("foo</thi", ""));
  EXPECT_EQ(split({"\\n"}), Said("", "\\n"));
  EXPECT_EQ(split({}), Said("", ""));
}

// Servers written in Go escape < and >, and some JSON writers escape the slash.
TEST(ThinkSplitter, KnowsTagsWrittenWithEscapes) {
  EXPECT_EQ(split({"\\u003cthink\\u003efoo\\u003c/think\\u003ebar"}), Said("foo", "bar"));
  EXPECT_EQ(split({"<think>foo<\\/think>bar"}), Said("foo", "bar"));
}

TEST(ThinkSplitter, HoldsBackNoMoreThanATagsLength) {
  ThinkSplitter splitter(true);
  EXPECT_EQ(splitter.split("some thoughts").reasoning, "some thoughts");
  EXPECT_EQ(splitter.split(" a <").reasoning, " a ");
  EXPECT_EQ(splitter.split(" b").reasoning, "< b");
}

TEST(ThinkSplitter, IsTransparentOnceTheTextHasBegun) {
  ThinkSplitter plain(false);
  EXPECT_FALSE(plain.transparent());
  plain.split("Hi");
  EXPECT_TRUE(plain.transparent());
  ThinkSplitter thinking(true);
  thinking.split("a</think>");
  EXPECT_EQ(thinking.split("b").text, "b");
  EXPECT_TRUE(thinking.transparent());
}

}  // namespace
}  // namespace translate
