#include "recipe/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recipe/sample.h"

namespace recipe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faults_in(const std::string& yaml) {
  std::vector<std::string> texts;
  const auto parsed = parse_recipe(yaml, "a.yaml");
  if (!parsed)
    for (const Fault& fault : parsed.error()) texts.push_back(fault.text());
  return texts;
}

std::vector<std::string> faults_with(const std::string& lines) {
  return faults_in(sample_yaml + lines);
}

std::string without(const std::string& key) {
  std::string yaml = sample_yaml;
  const size_t begin = yaml.find(key + ":");
  return yaml.erase(begin, yaml.find('\n', begin) + 1 - begin);
}

TEST(ParseRecipe, TakesWhatIsThereAndDefaultsTheRest) {
  const auto parsed = parse_recipe(sample_yaml, "a.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, sample());
}

TEST(ParseRecipe, ReadsEveryKey) {
  const auto parsed = parse_recipe(sample_yaml + R"(mode: cluster
tensor_parallel: 4
kv_cache_dtype: fp8
quantization: awq
attention_backend: flashinfer
moe_backend: marlin
chat_template: /templates/a.jinja
api_port: 9000
extra_args: [--a, --b=1]
env: {A: 1, B: "x y"}
capabilities: [tools]
best_for: [tests, more tests]
)",
                                   "a.yaml");
  ASSERT_TRUE(parsed);
  Recipe wanted = sample();
  wanted.mode = Mode::cluster;
  wanted.tensor_parallel = 4;
  wanted.kv_cache_dtype = "fp8";
  wanted.quantization = "awq";
  wanted.attention_backend = "flashinfer";
  wanted.moe_backend = "marlin";
  wanted.chat_template = "/templates/a.jinja";
  wanted.api_port = 9000;
  wanted.extra_args = {"--a", "--b=1"};
  wanted.env = {{"A", "1"}, {"B", "x y"}};
  wanted.capabilities = {"tools"};
  wanted.best_for = {"tests", "more tests"};
  EXPECT_EQ(*parsed, wanted);
}

TEST(ParseRecipe, NamesFileLineAndKeyOfAnUnknownKey) {
  EXPECT_THAT(faults_with("max_num_seq: 4\n"),
              ElementsAre("a.yaml:10: max_num_seq: is no key of a recipe; did you mean "
                          "max_num_seqs?"));
}

TEST(ParseRecipe, NamesWhatIsMissing) {
  for (const char* key :
       {"model_key", "model_id", "short_name", "description", "docker_image", "max_model_len",
        "gpu_memory_utilization", "max_num_seqs", "max_num_batched_tokens"})
    EXPECT_THAT(faults_in(without(key)),
                ElementsAre("a.yaml:1: " + std::string(key) + ": is missing"));
}

TEST(ParseRecipe, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(faults_with("max_num_seqs: 3\n"),
              ElementsAre("a.yaml:10: max_num_seqs: stands here again, first in line 8"));
}

struct Case {
  const char* name;
  const char* line;
  const char* fault;
};

class WrongValue : public testing::TestWithParam<Case> {};

TEST_P(WrongValue, IsNamedWithItsPlace) {
  const std::string line = GetParam().line;
  const std::string key = line.substr(0, line.find(':'));
  const bool is_in_sample = ("\n" + sample_yaml).find("\n" + key + ":") != std::string::npos;
  const std::string yaml = (is_in_sample ? without(key) : sample_yaml) + line + "\n";
  const int at = is_in_sample ? 9 : 10;
  EXPECT_THAT(faults_in(yaml),
              ElementsAre("a.yaml:" + std::to_string(at) + ": " + GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, WrongValue,
    testing::Values(
        Case{"QuotedNumber", "max_num_seqs: \"8\"",
             "max_num_seqs: must be a whole number, but is a text"},
        Case{"Half", "max_num_seqs: 2.5", "max_num_seqs: must be a whole number"},
        Case{"NotANumber", "max_num_seqs: .nan", "max_num_seqs: must be a whole number"},
        Case{"Zero", "max_num_seqs: 0", "max_num_seqs: must be from 1 to 4096"},
        Case{"Huge", "max_model_len: 1e30", "max_model_len: must be from 1 to 100000000"},
        Case{"List", "max_model_len: [1]", "max_model_len: must be a whole number, but is a list"},
        Case{"Share", "gpu_memory_utilization: 1.5",
             "gpu_memory_utilization: must be above 0 and at most 1"},
        Case{"NoShare", "gpu_memory_utilization: .nan",
             "gpu_memory_utilization: must be above 0 and at most 1"},
        Case{"NumberForText", "short_name: 35", "short_name: must be a text, but is a number"},
        Case{"TruthForText", "short_name: yes", "short_name: must be a text, but is true or false"},
        Case{"NothingForText", "quantization:", "quantization: must be a text, but is empty"},
        Case{"Key", "model_key: a b",
             "model_key: may have letters, digits, dots, dashes and underscores only"},
        Case{"Id", "model_id: small", "model_id: must be ORG/NAME"},
        Case{"Untagged", "docker_image: host:5000/vllm/vllm-openai",
             "docker_image: must name a tag or a digest"},
        Case{"Mode", "mode: many", "mode: must be solo or cluster"},
        Case{"OneGpuForMany", "mode: cluster",
             "mode: cluster needs a tensor_parallel of 2 or more"},
        Case{"Port", "api_port: 80", "api_port: must be from 1024 to 65535"},
        Case{"ArgumentsAsText", "extra_args: --a",
             "extra_args: must be a list of texts, but is a text"},
        Case{"ShortFlag", "extra_args: [--a, -x]",
             "extra_args[1]: must be --flag or --flag=value, in one piece"},
        Case{"TwoPieces", "extra_args: [--a 1]",
             "extra_args[0]: must be --flag or --flag=value, in one piece"},
        Case{"Twice", "extra_args: [--a=1, --a=2]", "extra_args[1]: --a stands here again"},
        Case{"OfAKey", "extra_args: [--max_num_seqs=3]",
             "extra_args[0]: --max_num_seqs comes from max_num_seqs"},
        Case{"OfTheNodes", "extra_args: [--headless]",
             "extra_args[0]: --headless comes from the nodes' configuration"},
        Case{"SecretFlag", "extra_args: [--api-key=x]",
             "extra_args[0]: --api-key would show a secret to everybody"},
        Case{"EmptyArgument", "extra_args: [\"\", --a]",
             "extra_args[0]: must be a text that is not empty"},
        Case{"EnvAsList", "env: [A=1]", "env: must be a mapping of variables, but is a list"},
        Case{"EnvTruth", "env: {A: true}",
             "env.A: must be a text or a number, but is true or false"},
        Case{"EnvName", "env: {1A: x}", "env.1A: is no name of a variable"},
        Case{"EnvOfTheProgram", "env: {HF_HUB_OFFLINE: 0}",
             "env.HF_HUB_OFFLINE: is set by the program"},
        Case{"EnvToken", "env: {HF_TOKEN: x}", "env.HF_TOKEN: is set by the program"},
        Case{"EnvSecret", "env: {VLLM_API_KEY: x}",
             "env.VLLM_API_KEY: would show a secret to everybody"}),
    [](const auto& info) { return info.param.name; });

TEST(ParseRecipe, NamesTheLineInsideAList) {
  EXPECT_THAT(
      faults_with("extra_args:\n  - --a\n  - b\n"),
      ElementsAre("a.yaml:12: extra_args[1]: must be --flag or --flag=value, in one piece"));
}

TEST(ParseRecipe, NamesTheLineInsideTheEnvironment) {
  EXPECT_THAT(faults_with("env:\n  A: 1\n  HOME: /root\n"),
              ElementsAre("a.yaml:12: env.HOME: is set by the program"));
}

TEST(ParseRecipe, CollectsAllFaultsInTheOrderOfTheLines) {
  EXPECT_THAT(
      faults_with("zzz: 1\nmode: x\napi_port: 1\n"),
      ElementsAre(HasSubstr(":10: zzz"), HasSubstr(":11: mode"), HasSubstr(":12: api_port")));
}

TEST(ParseRecipe, RefusesWhatIsNoRecipeAtAll) {
  EXPECT_THAT(faults_in(""), ElementsAre("a.yaml: must be one mapping of keys to values"));
  EXPECT_THAT(faults_in("- a\n"), ElementsAre("a.yaml: must be one mapping of keys to values"));
  EXPECT_THAT(faults_in(sample_yaml + "---\n" + sample_yaml),
              ElementsAre("a.yaml: must be one mapping of keys to values"));
  EXPECT_THAT(faults_in("a: 1\nb: [1\n"), ElementsAre(HasSubstr("is no YAML")));
  EXPECT_THAT(faults_in("[a]: 1\n" + sample_yaml), ElementsAre(HasSubstr(":1: has a key")));
}

TEST(ParseRecipe, SurvivesATextThatIsCutAnywhere) {
  const std::string yaml = sample_yaml + "extra_args: [--a, --b=1]\nenv: {A: 1}\n";
  ASSERT_THAT(faults_in(yaml), IsEmpty());
  for (size_t cut = 0; cut < yaml.size(); ++cut) {
    const auto parsed = parse_recipe(std::string_view(yaml).substr(0, cut), "a.yaml");
    EXPECT_TRUE(parsed || !parsed.error().empty()) << cut;
    if (cut < sample_yaml.rfind('5')) EXPECT_FALSE(parsed) << cut;
  }
}

}  // namespace
}  // namespace recipe
