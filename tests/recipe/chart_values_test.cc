#include "recipe/chart_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "recipe/sample.h"
#include "recipe/serve.h"

namespace recipe {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ChartValues, CarryTheServeCommandAndTheEnvironment) {
  Recipe recipe = sample();
  recipe.env = {{"A", "1"}};
  const nlohmann::ordered_json values = chart_values(recipe, {});
  EXPECT_EQ(values["recipe"]["key"], "small");
  EXPECT_EQ(values["vllm"]["image"], "vllm/vllm-openai:v0.24.0");
  EXPECT_EQ(values["vllm"]["args"].get<std::vector<std::string>>(), container_args(recipe));
  std::vector<Variable> environment;
  for (const auto& entry : values["vllm"]["env"])
    environment.push_back({.name = entry["name"], .value = entry["value"]});
  EXPECT_EQ(environment, build_runtime_env(recipe, {}));
  EXPECT_EQ(values["vllm"]["port"], 8010);
  EXPECT_EQ(values["vllm"]["weights"]["hostPath"], "/data/huggingface");
  EXPECT_EQ(values["proxies"]["slots"], 2);
  EXPECT_EQ(values["cluster"]["enabled"], false);
}

TEST(ChartValues, NeverHoldASecret) {
  Site site;
  site.hf_token = "hf_verysecret";
  const nlohmann::ordered_json values = chart_values(sample(), site);
  EXPECT_THAT(values.dump(), Not(HasSubstr("verysecret")));
  EXPECT_EQ(values["vllm"]["secretEnv"][0]["name"], "HF_TOKEN");
  EXPECT_EQ(values["vllm"]["secretEnv"][0]["secret"], "autosre-huggingface");
}

TEST(ChartValues, NameTheNodesInModeClusterOnly) {
  Recipe recipe = sample();
  recipe.tensor_parallel = 2;
  Site site;
  site.nodes = {{"gb10-1", "10.0.0.1"}, {"gb10-2", "10.0.0.2"}};
  EXPECT_TRUE(chart_values(recipe, site)["cluster"]["nodes"].empty());
  recipe.mode = Mode::cluster;
  const nlohmann::ordered_json values = chart_values(recipe, site);
  EXPECT_EQ(values["cluster"]["enabled"], true);
  EXPECT_EQ(values["cluster"]["nodes"].dump(),
            R"([{"hostname":"gb10-1","ip":"10.0.0.1"},{"hostname":"gb10-2","ip":"10.0.0.2"}])");
  EXPECT_EQ(values["vllm"]["gpus"], 2);
}

}  // namespace
}  // namespace recipe
