#include "cli/suggest.h"

#include <array>

#include <gtest/gtest.h>

namespace cli {
namespace {

constexpr std::array<std::string_view, 6> words = {"start",  "stop",       "status",
                                                   "claude", "completion", "version"};

struct Case {
  std::string_view typed;
  std::string_view meant;
};

class Suggest : public testing::TestWithParam<Case> {};

TEST_P(Suggest, FindsTheLikelyWord) {
  EXPECT_EQ(suggest(GetParam().typed, words), GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(Typos, Suggest,
                         testing::Values(Case{"strat", "start"}, Case{"statu", "status"},
                                         Case{"cluade", "claude"}, Case{"cloude", "claude"},
                                         Case{"comp", "completion"}, Case{"vers", "version"},
                                         Case{"sotp", "stop"}));

TEST(SuggestNothing, WhenNoWordIsLikely) {
  EXPECT_EQ(suggest("kubernetes", words), "");
  EXPECT_EQ(suggest("", words), "");
  EXPECT_EQ(suggest("x", words), "");
}

TEST(SuggestNothing, WhenABeginningFitsSeveral) {
  EXPECT_EQ(suggest("st", words), "");
}

TEST(DidYouMean, PutsThePrefixBefore) {
  EXPECT_EQ(did_you_mean("strat", words, "proxy "), "did you mean 'proxy start'?");
  EXPECT_EQ(did_you_mean("zzzzzz", words), "");
}

}  // namespace
}  // namespace cli
