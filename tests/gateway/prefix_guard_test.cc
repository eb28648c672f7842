#include "gateway/prefix_guard.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace gateway {
namespace {

using Blocks = std::vector<std::pair<std::string_view, std::string>>;

translate::ChatCall prompt(const Blocks& blocks) {
  translate::ChatCall call;
  for (const auto& [name, text] : blocks) {
    const size_t begin = call.prompt.size();
    call.prompt += text;
    call.blocks.push_back({name, begin, call.prompt.size()});
  }
  return call;
}

const std::string system_text(600, 's');
const Blocks first_turn{
    {"tools", std::string(300, 't')}, {"system", system_text}, {"user", "hello"}};

Blocks with(Blocks blocks, const Blocks& more) {
  blocks.insert(blocks.end(), more.begin(), more.end());
  return blocks;
}

TEST(PrefixGuard, SaysNothingOfASessionsFirstPrompt) {
  PrefixGuard guard;
  EXPECT_EQ(guard.observe("a", prompt(first_turn)), std::nullopt);
  EXPECT_EQ(guard.observe("b", prompt(first_turn)), std::nullopt);
}

TEST(PrefixGuard, FindsAnExtendedPromptWhole) {
  PrefixGuard guard;
  guard.observe("a", prompt(first_turn));
  for (const Blocks& next :
       {first_turn, with(first_turn, {{"assistant", "hi"}, {"user", "go on"}})}) {
    const auto report = guard.observe("a", prompt(next));
    ASSERT_TRUE(report);
    EXPECT_DOUBLE_EQ(report->share, 1.0);
    EXPECT_EQ(report->changed, "");
    EXPECT_FALSE(report->fell);
  }
}

TEST(PrefixGuard, MeasuresWhatIsSharedInBytes) {
  PrefixGuard guard;
  guard.observe("a", prompt({{"tools", std::string(300, 't')},
                             {"system", std::string(600, 's')},
                             {"user", std::string(100, 'u')}}));
  const auto report = guard.observe("a", prompt({{"tools", std::string(300, 't')},
                                                 {"system", std::string(600, 'S')},
                                                 {"user", std::string(100, 'u')}}));
  ASSERT_TRUE(report);
  EXPECT_DOUBLE_EQ(report->share, 0.3);
  EXPECT_TRUE(report->fell);
}

TEST(PrefixGuard, NamesTheBlockThatChanged) {
  const Blocks turn = with(first_turn, {{"assistant", "hi"}, {"user", "go on"}});
  const auto changed = [&turn](size_t at) {
    PrefixGuard guard;
    guard.observe("a", prompt(turn));
    Blocks next = turn;
    next[at].second += " changed";
    return guard.observe("a", prompt(next)).value().changed;
  };
  EXPECT_EQ(changed(0), "tools");
  // The number is the one in the `messages` that the engine gets.
  EXPECT_EQ(changed(1), "message 0 (system)");
  EXPECT_EQ(changed(2), "message 1 (user)");
  EXPECT_EQ(changed(4), "message 3 (user)");
}

TEST(PrefixGuard, SaysWhenAPromptHasBecomeShorter) {
  PrefixGuard guard;
  guard.observe("a",
                prompt(with(first_turn, {{"assistant", "hi"}, {"user", std::string(900, 'u')}})));
  const auto report = guard.observe("a", prompt(first_turn));
  ASSERT_TRUE(report);
  EXPECT_LT(report->share, 0.6);
  EXPECT_FALSE(report->changed.empty());
  EXPECT_TRUE(report->fell);
}

TEST(PrefixGuard, WarnsOnlyBelowItsLimit) {
  PrefixGuard guard;
  const Blocks small_end = with(first_turn, {{"user", "x"}});
  guard.observe("a", prompt(small_end));
  const auto report = guard.observe("a", prompt(with(first_turn, {{"user", "y"}})));
  ASSERT_TRUE(report);
  EXPECT_LT(report->share, 1.0);
  EXPECT_GT(report->share, 0.95);
  EXPECT_FALSE(report->fell);
  EXPECT_FALSE(report->changed.empty());
}

TEST(PrefixGuard, ComparesWithTheLastPromptOnly) {
  PrefixGuard guard;
  guard.observe("a", prompt(first_turn));
  const Blocks other{{"system", "other"}};
  guard.observe("a", prompt(other));
  EXPECT_DOUBLE_EQ(guard.observe("a", prompt(other))->share, 1.0);
}

TEST(PrefixGuard, BearsAnEmptyPrompt) {
  PrefixGuard guard;
  guard.observe("a", prompt({}));
  const auto report = guard.observe("a", prompt({}));
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->fell);
}

TEST(PrefixGuard, ForgetsTheSessionThatWasSeenLongestAgo) {
  PrefixGuard guard;
  guard.observe("first", prompt(first_turn));
  guard.observe("second", prompt(first_turn));
  for (size_t i = 2; i < PrefixGuard::max_sessions; ++i)
    guard.observe(std::to_string(i), prompt(first_turn));
  EXPECT_TRUE(guard.observe("first", prompt(first_turn)));
  guard.observe("one more", prompt(first_turn));
  EXPECT_TRUE(guard.observe("first", prompt(first_turn)));
  EXPECT_FALSE(guard.observe("second", prompt(first_turn)));
}

}  // namespace
}  // namespace gateway
