#include "dedicated/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dedicated/journal.h"

namespace dedicated {
namespace {

using testing::ElementsAre;

std::vector<std::string> faults_of(std::string_view yaml) {
  const auto read = parse_config(yaml, "dedicated.yaml");
  std::vector<std::string> texts;
  if (!read)
    for (const config::Fault& fault : read.error()) texts.push_back(fault.text());
  return texts;
}

TEST(DedicatedConfig, ListsWhatSharesTheGpuAndWhatIsRaised) {
  const auto read = parse_config(
      "shares:\n"
      "  - deployment: media/comfyui\n"
      "  - unit: ollama.service\n"
      "  - container: whisper\n"
      "recipe:\n"
      "  gpu_memory_utilization: 0.85\n"
      "  max_num_seqs: 16\n",
      "f");
  ASSERT_TRUE(read);
  EXPECT_THAT(read->shares,
              ElementsAre(Share{.kind = Share::Kind::deployment, .name = "media/comfyui"},
                          Share{.kind = Share::Kind::unit, .name = "ollama.service"},
                          Share{.kind = Share::Kind::container, .name = "whisper"}));
  EXPECT_EQ(read->raised.gpu_memory_utilization, 0.85);
  EXPECT_EQ(read->raised.max_num_seqs, 16);
  EXPECT_EQ(read->raised.max_num_batched_tokens, std::nullopt);
}

TEST(DedicatedConfig, NamesFileLineAndKeyOfEveryFault) {
  EXPECT_THAT(
      faults_of("shares:\n"
                "  - deployment: comfyui\n"
                "  - unit: --now\n"
                "  - {}\n"
                "  - {unit: a.service, container: a}\n"
                "  - pod: x\n"
                "recipe:\n"
                "  max_num_seqs: none\n"
                "  gpu_memory_utilisation: 0.9\n"),
      ElementsAre("dedicated.yaml:2: shares[0].deployment: must be NAMESPACE/NAME",
                  "dedicated.yaml:3: shares[1].unit: must be a name",
                  "dedicated.yaml:4: shares[2]: must be one deployment, unit or container",
                  "dedicated.yaml:5: shares[3]: must be one deployment, unit or container",
                  "dedicated.yaml:6: shares[4]: must be one deployment, unit or container",
                  "dedicated.yaml:6: shares[4].pod: is no key of what shares the GPU",
                  "dedicated.yaml:8: recipe.max_num_seqs: must be a whole number, but is a text",
                  "dedicated.yaml:9: recipe.gpu_memory_utilisation: is no key of what is raised; "
                  "did you mean gpu_memory_utilization?"));
}

TEST(DedicatedConfig, RaisesAndNeverLowers) {
  recipe::Recipe recipe;
  recipe.gpu_memory_utilization = 0.7;
  recipe.max_num_seqs = 8;
  recipe.max_num_batched_tokens = 4096;
  const recipe::Recipe raised = raise(
      recipe, {.gpu_memory_utilization = 0.85, .max_num_seqs = 4, .max_num_batched_tokens = {}});
  EXPECT_EQ(raised.gpu_memory_utilization, 0.85);
  EXPECT_EQ(raised.max_num_seqs, 8);
  EXPECT_EQ(raised.max_num_batched_tokens, 4096);
}

TEST(DedicatedJournal, IsReadAsItWasWritten) {
  const Journal journal{
      .phase = Journal::Phase::turning_off,
      .shares = {{.share = {.kind = Share::Kind::unit, .name = "a.service"}, .copies = 1},
                 {.share = {.kind = Share::Kind::deployment, .name = "n/d"}, .copies = 3}},
      .recipe = "key",
      .engine = 1,
      .raised = {.gpu_memory_utilization = 0.85}};
  EXPECT_EQ(*decode_journal(encode(journal)), journal);
  for (const char* wrong : {"", "{}", "[]", R"({"schema": 2})", R"({"schema": 1, "phase": "x"})"})
    EXPECT_FALSE(decode_journal(wrong)) << wrong;
}

}  // namespace
}  // namespace dedicated
