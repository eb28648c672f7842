#include "k3s/engine_log.h"

#include <string>

#include <gtest/gtest.h>

namespace k3s {
namespace {

constexpr std::string_view start =
    "(APIServer pid=1) INFO 11-27 10:00:01 [api_server.py:1977] vLLM API server version 0.24.0\n"
    "(EngineCore pid=87) INFO 11-27 10:00:09 [core.py:105] Initializing a V1 LLM engine "
    "(v0.24.0)\n";

EngineProgress after(const std::string& more) {
  return read_engine_log(std::string(start) + more);
}

TEST(EngineLog, SaysNothingOfAnEmptyLog) {
  EXPECT_EQ(read_engine_log(""), EngineProgress{});
  EXPECT_EQ(read_engine_log("Defaulted container\n"), EngineProgress{});
}

TEST(EngineLog, KnowsThePhasesInTheirOrder) {
  EXPECT_EQ(after("").phase, Phase::engine_init);
  EXPECT_EQ(after("INFO [gpu_model_runner.py:4723] Starting to load model a/b...\n").phase,
            Phase::weights);
  EXPECT_EQ(after("INFO [backends.py:1148] Dynamo bytecode transform time: 8.52 s\n").phase,
            Phase::compiling);
  EXPECT_EQ(after("INFO [gpu_worker.py:298] Available KV cache memory: 60.21 GiB\n").phase,
            Phase::kv_profiling);
  EXPECT_EQ(after("INFO: Application startup complete.\n").phase, Phase::api_up);
}

TEST(EngineLog, ReadsTheShareOfTheWeightsFromEveryLoader) {
  for (const char* words :
       {"Loading safetensors checkpoint shards", "Loading fastsafetensors checkpoint shards",
        "Loading safetensors using Fastsafetensor loader"}) {
    const EngineProgress progress =
        after(std::string(words) + ":  33% Completed | 1/3 [00:01<00:02,  1.77it/s]\n");
    EXPECT_EQ(progress, (EngineProgress{.phase = Phase::weights, .fraction = 0.33})) << words;
  }
}

TEST(EngineLog, TakesTheLastOfABarThatDrawsItselfAnew) {
  const EngineProgress progress = after(
      "Capturing CUDA graphs (decode, FULL):  10%|#  | 1/10\r"
      "Capturing CUDA graphs (decode, FULL):  80%|######  | 8/10");
  EXPECT_EQ(progress, (EngineProgress{.phase = Phase::graph_capture, .fraction = 0.8}));
}

TEST(EngineLog, IsAtTheEndOfTheWeightsWhenTheyAreLoaded) {
  EXPECT_EQ(after("INFO [default_loader.py:384] Loading weights took 24.84 seconds\n").fraction,
            1.0);
}

TEST(EngineLog, DoesNotGoBackOnceTheApiIsUp) {
  EXPECT_EQ(
      after("Application startup complete.\nLoading safetensors checkpoint shards:  1%\n").phase,
      Phase::api_up);
}

TEST(EngineLog, PassesOverNumbersThatAreNoShare) {
  EXPECT_EQ(after("Loading safetensors checkpoint shards: 777% Completed\n").fraction,
            std::nullopt);
  EXPECT_EQ(after("Loading safetensors checkpoint shards: % Completed\n").fraction, std::nullopt);
}

}  // namespace
}  // namespace k3s
