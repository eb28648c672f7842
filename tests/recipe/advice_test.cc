#include "recipe/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recipe/sample.h"

namespace recipe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Recipe good() {
  Recipe recipe = sample();
  recipe.extra_args = {"--enable-auto-tool-choice", "--tool-call-parser=hermes",
                       "--scheduling-policy=priority", "--enable-prefix-caching"};
  return recipe;
}

TEST(Advice, IsNotGivenToAGoodRecipe) {
  EXPECT_THAT(advise(good()), IsEmpty());
}

TEST(Advice, NamesWhatAgentsAndProxiesNeed) {
  EXPECT_THAT(advise(sample()), ElementsAre(HasSubstr("--tool-call-parser"),
                                            HasSubstr("--scheduling-policy=priority")));
  Recipe recipe = good();
  recipe.extra_args.erase(recipe.extra_args.begin());
  EXPECT_THAT(advise(recipe), ElementsAre(HasSubstr("--enable-auto-tool-choice")));
}

TEST(Advice, WarnsOfSpeculationWithAPrefixCacheOnly) {
  Recipe recipe = good();
  recipe.extra_args.emplace_back("--speculative-config={}");
  EXPECT_THAT(advise(recipe), ElementsAre(HasSubstr("#53912")));
  std::erase(recipe.extra_args, "--enable-prefix-caching");
  EXPECT_THAT(advise(recipe), IsEmpty());
}

TEST(Advice, WarnsOfEagerModeAndOfStepsThatAreTooSmall) {
  Recipe recipe = good();
  recipe.extra_args.emplace_back("--enforce-eager");
  recipe.max_num_batched_tokens = 1;
  EXPECT_THAT(advise(recipe),
              ElementsAre(HasSubstr("--enforce-eager"), HasSubstr("max_num_batched_tokens")));
}

}  // namespace
}  // namespace recipe
