#include "backend/needs.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace backend {
namespace {

using testing::HasSubstr;

std::map<std::string, Need> by_code(const Seen& seen) {
  std::map<std::string, Need> needs;
  for (const Need& need : judge(seen)) needs[need.code] = need;
  return needs;
}

Seen nothing() {
  Seen seen;
  seen.gpu.problem = "no NVIDIA GPU: nvidia-smi is not on PATH";
  seen.nodes_file = "/d/vllm.yaml";
  seen.model_key = "key";
  seen.model_id = "org/Model";
  seen.cache = "/c";
  return seen;
}

TEST(BackendNeeds, AreAllMissingOnABareMachineEachWithItsRemedy) {
  const auto needs = by_code(nothing());
  EXPECT_EQ(needs.size(), 6u);
  for (const auto& [code, need] : needs) {
    EXPECT_FALSE(need.is_met) << code;
    EXPECT_NE(need.remedy, "") << code;
    EXPECT_NE(need.evidence, "") << code;
  }
  EXPECT_EQ(needs.at("nodes").evidence, "there is no /d/vllm.yaml");
  EXPECT_EQ(needs.at("weights").remedy, "autosre models pull key");
}

TEST(BackendNeeds, AreMetWhereAllIsThere) {
  Seen seen = nothing();
  seen.kubectl = "/usr/local/bin/k3s kubectl";
  seen.helm = "/usr/bin/helm";
  seen.gpu = {};
  seen.gpu.devices.push_back({.name = "NVIDIA GB10", .driver = "580.142"});
  seen.gpu.host.total = 120ull << 30;
  seen.has_gpu_runtime = true;
  seen.nodes = config::VllmConfig{};
  seen.nodes->nodes = {{.hostname = "gb10-1", .ip = "10.0.0.1"}};
  seen.weights = {
      .kind = model::Presence::Kind::complete, .commit = "c", .missing = {}, .bytes = 1ull << 30};
  for (const auto& [code, need] : by_code(seen)) {
    EXPECT_TRUE(need.is_met) << code;
    EXPECT_EQ(need.remedy, "") << code;
  }
  EXPECT_EQ(by_code(seen).at("gpu").evidence,
            "NVIDIA GB10, 120.0 GiB shared with the host, driver 580.142");
}

TEST(BackendNeeds, TellWhatIsWrongWithTheNodesAndTheWeights) {
  Seen seen = nothing();
  seen.nodes_fault = "/d/vllm.yaml:3: nodes: names no node";
  seen.weights = {
      .kind = model::Presence::Kind::partial, .commit = "c", .missing = "m-2.safetensors"};
  EXPECT_EQ(by_code(seen).at("nodes").evidence, seen.nodes_fault);
  EXPECT_THAT(by_code(seen).at("weights").evidence, HasSubstr("m-2.safetensors is missing"));
}

}  // namespace
}  // namespace backend
