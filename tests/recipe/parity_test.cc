#include "recipe/parity.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "recipe/catalog.h"
#include "recipe/sample.h"
#include "recipe/serve.h"

namespace recipe {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Just as the chart would start it.
LiveContainer started(const Recipe& recipe, const Site& site = {}) {
  LiveContainer live{
      .image = recipe.docker_image, .command = {}, .args = container_args(recipe), .env = {}};
  for (Variable& variable : live.env = build_runtime_env(recipe, site))
    if (variable.is_secret) variable.value.clear();
  return live;
}

std::vector<std::string> texts_of(const std::vector<Mismatch>& found) {
  std::vector<std::string> texts;
  for (const Mismatch& mismatch : found) texts.push_back(mismatch.text());
  return texts;
}

std::vector<std::string> drift(const Recipe& recipe, const LiveContainer& live) {
  return texts_of(find_mismatches(recipe, {}, live));
}

void replace(std::vector<std::string>& words, const std::string& word, const std::string& by) {
  const auto found = std::ranges::find(words, word);
  ASSERT_NE(found, words.end()) << word;
  *found = by;
}

void set(LiveContainer& live, const std::string& name, const std::string& value) {
  const auto found = std::ranges::find(live.env, name, &Variable::name);
  ASSERT_NE(found, live.env.end()) << name;
  found->value = value;
}

TEST(Parity, IsEmptyWhenNothingRuns) {
  EXPECT_THAT(find_mismatches(sample(), {}, std::nullopt), IsEmpty());
}

TEST(Parity, FindsNothingWhereTheRecipeRuns) {
  Site site;
  site.hf_token = "hf_x";
  EXPECT_THAT(find_mismatches(sample(), site, started(sample(), site)), IsEmpty());
}

TEST(Parity, ComparesNumbersAsNumbers) {
  LiveContainer live = started(sample());
  replace(live.args, "--gpu-memory-utilization=0.7", "--gpu-memory-utilization=0.70");
  replace(live.args, "--max-model-len=4096", "--max-model-len=4096.0");
  EXPECT_THAT(drift(sample(), live), IsEmpty());
  replace(live.args, "--gpu-memory-utilization=0.70", "--gpu-memory-utilization=0.71");
  EXPECT_THAT(drift(sample(), live),
              ElementsAre("--gpu-memory-utilization is 0.71, the recipe says 0.7"));
}

TEST(Parity, TakesEverySpellingOfAFlag) {
  LiveContainer live = started(sample());
  live.command = {"/usr/bin/vllm", "serve"};
  replace(live.args, "--max-num-seqs=2", "--max_num_seqs");
  live.args.insert(std::ranges::find(live.args, "--max_num_seqs") + 1, "2");
  EXPECT_THAT(drift(sample(), live), IsEmpty());
  // The last one counts.
  live.args.emplace_back("--max-num-seqs=4");
  EXPECT_THAT(drift(sample(), live), ElementsAre("--max-num-seqs is 4, the recipe says 2"));
}

TEST(Parity, NamesFlagsThatAreMissingOtherOrAdded) {
  Recipe recipe = sample();
  recipe.extra_args = {"--enable-prefix-caching", "--load-format=fastsafetensors",
                       "--reasoning-parser=qwen3"};
  LiveContainer live = started(recipe);
  std::erase(live.args, "--enable-prefix-caching");
  std::erase(live.args, "--max-num-seqs=2");
  replace(live.args, "--load-format=fastsafetensors", "--load-format=auto");
  replace(live.args, "--reasoning-parser=qwen3", "--reasoning-parser");
  live.args.emplace_back("--enforce-eager");
  EXPECT_THAT(drift(recipe, live),
              ElementsAre("--max-num-seqs is missing, the recipe says 2",
                          "--enable-prefix-caching is missing",
                          "--load-format is auto, the recipe says fastsafetensors",
                          "--reasoning-parser is something else, the recipe says qwen3",
                          "--enforce-eager is set, the recipe has none"));
}

TEST(Parity, NamesAnotherModelAndImage) {
  LiveContainer live = started(sample());
  live.image = "vllm/vllm-openai:v0.25.0";
  live.args[0] = "org/Other";
  EXPECT_THAT(
      drift(sample(), live),
      ElementsAre("image is vllm/vllm-openai:v0.25.0, the recipe says vllm/vllm-openai:v0.24.0",
                  "model is org/Other, the recipe says org/Small-1B"));
}

TEST(Parity, NamesVariablesThatAreMissingOtherOrAdded) {
  Recipe recipe = sample();
  recipe.env = {{"A", "1"}, {"B", "x"}};
  LiveContainer live = started(recipe);
  std::erase_if(live.env, [](const Variable& v) { return v.name == "A"; });
  set(live, "B", "y");
  set(live, "HF_HUB_OFFLINE", "0");
  live.env.push_back({.name = "C", .value = "3"});
  live.env.push_back({.name = "NVIDIA_VISIBLE_DEVICES", .value = "all"});  // the chart's
  EXPECT_THAT(drift(recipe, live),
              ElementsAre("env HF_HUB_OFFLINE is 0, the recipe says 1",
                          "env A is missing, the recipe says 1", "env B is y, the recipe says x",
                          "env C is 3, the recipe has none"));
}

TEST(Parity, ShowsNoSecret) {
  Site site;
  site.hf_token = "hf_wanted";
  LiveContainer live = started(sample());
  EXPECT_THAT(texts_of(find_mismatches(sample(), site, live)),
              ElementsAre("env HF_TOKEN is missing"));
  live.env.push_back({.name = "HF_TOKEN", .value = "hf_plain"});
  EXPECT_THAT(texts_of(find_mismatches(sample(), site, live)),
              ElementsAre("env HF_TOKEN is not as the recipe says"));
  EXPECT_THAT(drift(sample(), live), ElementsAre("env HF_TOKEN is set, the recipe has none"));
  live.env.push_back({.name = "OTHER_KEY", .value = "k"});
  for (const Mismatch& mismatch : find_mismatches(sample(), {}, live))
    EXPECT_EQ(mismatch.live, "") << mismatch.subject;
}

// yaml-cpp's tree as JSON, all scalars as texts: what the API would give back.
nlohmann::json as_json(const YAML::Node& node) {
  nlohmann::json json;
  if (node.IsScalar()) return node.Scalar();
  if (node.IsSequence())
    for (const YAML::Node& entry : node) json.push_back(as_json(entry));
  if (node.IsMap())
    for (const auto& pair : node) json[pair.first.Scalar()] = as_json(pair.second);
  return json;
}

std::vector<LiveContainer> rendered(const std::filesystem::path& chart) {
  std::vector<LiveContainer> engines;
  for (const YAML::Node& object : YAML::LoadAllFromFile(chart))
    if (object["kind"].Scalar() == "Deployment" &&
        object["metadata"]["name"].Scalar().starts_with("autosre-vllm"))
      engines.push_back(
          parse_container(as_json(object["spec"]["template"]["spec"]["containers"][0])));
  return engines;
}

// The gate: what the chart renders for each recipe (tests/chart keeps these files true) is what
// the recipe says, for every node.
TEST(Parity, OfEveryRecipeThroughTheChartIsWhole) {
  for (const Source& source : compiled_in()) {
    const auto recipe = parse_recipe(source.text, source.path);
    ASSERT_TRUE(recipe) << source.path;
    const auto engines = rendered(std::filesystem::path(AUTOSRE_SOURCE) / "tests/golden/chart" /
                                  (source.name + ".yaml"));
    EXPECT_THAT(engines, SizeIs(recipe->mode == Mode::cluster ? recipe->tensor_parallel : 1));
    for (const LiveContainer& engine : engines)
      EXPECT_THAT(texts_of(find_mismatches(*recipe, {}, engine)), IsEmpty()) << source.name;
  }
}

TEST(Parity, OfARenderedChartSeesASingleChange) {
  const Catalog catalog = make_catalog(compiled_in(), {});
  const Recipe& recipe = *find_entry(catalog, "qwen3.6-nvfp4").recipe;
  LiveContainer engine = rendered(std::filesystem::path(AUTOSRE_SOURCE) /
                                  "tests/golden/chart/qwen3.6-35b-a3b-nvfp4.yaml")
                             .at(0);
  for (size_t i = 0; i < engine.args.size(); ++i) {
    LiveContainer changed = engine;
    changed.args[i] += "x";
    EXPECT_FALSE(find_mismatches(recipe, {}, changed).empty()) << engine.args[i];
    changed = engine;
    changed.args.erase(changed.args.begin() + static_cast<ptrdiff_t>(i));
    EXPECT_FALSE(find_mismatches(recipe, {}, changed).empty()) << engine.args[i];
  }
  for (size_t i = 0; i < engine.env.size(); ++i) {
    LiveContainer changed = engine;
    changed.env[i].value += "x";
    EXPECT_THAT(find_mismatches(recipe, {}, changed), SizeIs(1)) << engine.env[i].name;
  }
}

}  // namespace
}  // namespace recipe
