#include "recipe/runtime_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recipe/catalog.h"
#include "recipe/sample.h"

namespace recipe {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

std::vector<std::string> texts_of(const std::vector<Variable>& variables) {
  std::vector<std::string> texts;
  for (const Variable& variable : variables)
    texts.push_back(variable.name + (variable.is_secret ? "=(secret)" : "=" + variable.value));
  return texts;
}

TEST(RuntimeEnv, HasWhatEveryRecipeNeedsAndThenTheRecipesOwn) {
  Recipe recipe = sample();
  recipe.env = {{"B", "2"}, {"A", "1"}};
  EXPECT_THAT(texts_of(build_runtime_env(recipe, {})),
              ElementsAre("HF_HUB_OFFLINE=1", "TRANSFORMERS_OFFLINE=1",
                          "HF_HUB_CACHE=/data/huggingface/hub", "NVIDIA_DISABLE_REQUIRE=1",
                          "HOME=/cache", "USER=vllm", "A=1", "B=2"));
}

TEST(RuntimeEnv, HasTheTokenOnlyWhenThereIsOne) {
  Site site;
  site.hf_token = "hf_x";
  EXPECT_THAT(texts_of(build_runtime_env(sample(), site)), Contains("HF_TOKEN=(secret)"));
  for (const Variable& variable : build_runtime_env(sample(), {}))
    EXPECT_NE(variable.name, "HF_TOKEN");
}

TEST(RuntimeEnv, NamesTheFastNetworkInAClusterOnly) {
  Recipe recipe = sample();
  Site site;
  site.nccl_socket_ifname = "eth9";
  EXPECT_THAT(texts_of(build_runtime_env(recipe, site)), Not(Contains("NCCL_SOCKET_IFNAME=eth9")));
  recipe.mode = Mode::cluster;
  const auto texts = texts_of(build_runtime_env(recipe, site));
  for (const char* name : {"NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME"})
    EXPECT_THAT(texts, Contains(std::string(name) + "=eth9"));
}

TEST(RuntimeEnv, OfTheProductionRecipeHasItsWorkarounds) {
  const Catalog catalog = make_catalog(compiled_in(), {});
  const auto texts = texts_of(build_runtime_env(*find_entry(catalog, "qwen3.6-nvfp4").recipe, {}));
  for (const char* text : {"CUBLAS_WORKSPACE_CONFIG=:4096:8", "VLLM_MARLIN_USE_ATOMIC_ADD=1",
                           "VLLM_ALLOW_LONG_MAX_MODEL_LEN=1", "VLLM_USE_DEEP_GEMM=0"})
    EXPECT_THAT(texts, Contains(text));
}

TEST(RuntimeEnv, NamesEachVariableOnce) {
  for (const Source& source : compiled_in()) {
    const auto parsed = parse_recipe(source.text, source.path);
    ASSERT_TRUE(parsed) << source.path;
    std::vector<std::string> names;
    for (const Variable& variable : build_runtime_env(*parsed, {})) {
      EXPECT_THAT(names, Not(Contains(variable.name))) << source.path;
      names.push_back(variable.name);
    }
  }
}

}  // namespace
}  // namespace recipe
