#include "agent/claude_models.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(ParseModels, TakesIdWindowAndLimit) {
  const auto models = parse_models(
      R"({"data":[{"id":"claude-local-x","context_window":32768,"max_tokens":8192}]})");
  ASSERT_TRUE(models);
  EXPECT_EQ(*models, (std::vector<ServedModel>{{"claude-local-x", 32768, 8192}}));
}

TEST(ParseModels, TakesTheOtherNameOfTheWindow) {
  const auto models = parse_models(R"({"data":[{"id":"a","max_input_tokens":4096}]})");
  ASSERT_TRUE(models);
  EXPECT_EQ(models->front().window, 4096);
}

TEST(ParseModels, KnowsNoWindowWhereTheNumberIsUseless) {
  for (const char* value : {"null", "0", "-1", "\"32k\"", "1.5", "99999999999"}) {
    const auto models =
        parse_models(std::string(R"({"data":[{"id":"a","context_window":)") + value + "}]}");
    ASSERT_TRUE(models) << value;
    EXPECT_EQ(models->front().window, std::nullopt) << value;
  }
}

TEST(ParseModels, PassesOverEntriesWithoutAnId) {
  const auto models = parse_models(R"({"data":[{"x":1},7,{"id":""},{"id":"b"}]})");
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 1U);
  EXPECT_EQ(models->front().id, "b");
}

TEST(ParseModels, RefusesWhatIsNoList) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"data":7})"})
    EXPECT_FALSE(parse_models(body)) << body;
}

const std::vector<ServedModel> served = {{"claude-a", 1000, 10}, {"claude-b", 2000, 20}};

TEST(ChooseModel, TakesTheFirstThatClaudeCodeAccepts) {
  EXPECT_EQ(choose_model("", served).value(), served[0]);
}

TEST(ChooseModel, RefusesAFirstModelThatDoesNotBeginWithClaude) {
  EXPECT_FALSE(choose_model("", {{"qwen", 1000, {}}, {"claude-b", 2000, {}}}));
  EXPECT_FALSE(choose_model("", {}));
}

TEST(ChooseModel, PrefersTheWishedLabelWithItsOwnLimits) {
  EXPECT_EQ(choose_model("claude-b", served).value(), served[1]);
}

TEST(ChooseModel, TakesTheFirstModelsLimitsForALabelThatIsNotListed) {
  EXPECT_EQ(choose_model("mine", served).value(), (ServedModel{"mine", 1000, 10}));
  EXPECT_EQ(choose_model("mine", {}).value(), (ServedModel{"mine", {}, {}}));
}

}  // namespace
}  // namespace agent
