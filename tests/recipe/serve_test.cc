#include "recipe/serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recipe/catalog.h"
#include "recipe/sample.h"

namespace recipe {
namespace {

using testing::ElementsAre;

TEST(ServeCommand, HasTheKeysInAFixedOrderAndLeavesOutWhatIsEmpty) {
  EXPECT_THAT(build_vllm_serve_cmd(sample()),
              ElementsAre("vllm", "serve", "org/Small-1B", "--host=0.0.0.0", "--port=8010",
                          "--tensor-parallel-size=1", "--max-model-len=4096",
                          "--gpu-memory-utilization=0.7", "--max-num-seqs=2",
                          "--max-num-batched-tokens=512", "--kv-cache-dtype=auto"));
}

TEST(ServeCommand, HasEveryChoiceThatTheRecipeMakesAndThenItsOwnFlags) {
  Recipe recipe = sample();
  recipe.quantization = "awq";
  recipe.attention_backend = "flashinfer";
  recipe.moe_backend = "marlin";
  recipe.chat_template = "/a.jinja";
  recipe.extra_args = {"--z", "--a=1"};
  const std::vector<std::string> command = build_vllm_serve_cmd(recipe);
  EXPECT_THAT(std::vector(command.end() - 6, command.end()),
              ElementsAre("--quantization=awq", "--attention-backend=flashinfer",
                          "--moe-backend=marlin", "--chat-template=/a.jinja", "--z", "--a=1"));
}

TEST(ContainerArgs, LeaveOutTheWordsThatTheImageBeginsWith) {
  Recipe recipe = sample();
  for (const char* image : {"vllm/vllm-openai:v0.24.0", "docker.io/vllm/vllm-openai@sha256:00",
                            "host:5000/vllm/vllm-openai-cpu:v1"}) {
    recipe.docker_image = image;
    EXPECT_EQ(container_args(recipe).front(), "org/Small-1B") << image;
  }
  for (const char* image :
       {"nvcr.io/nvidia/vllm:26.06-py3", "me/notvllm/vllm-openai:1x", "my-vllm:vllm/vllm-openai"}) {
    recipe.docker_image = image;
    const bool begins = std::string_view(image).find("/vllm/vllm-openai") != std::string_view::npos;
    EXPECT_EQ(container_args(recipe).front(), begins ? "org/Small-1B" : "vllm") << image;
  }
}

TEST(ServeCommand, OfTheProductionRecipeIsTheKnownGoodOne) {
  const Catalog catalog = make_catalog(compiled_in(), {});
  const Recipe& recipe = *find_entry(catalog, "qwen3.6-nvfp4").recipe;
  EXPECT_THAT(build_vllm_serve_cmd(recipe),
              ElementsAre("vllm", "serve", "nvidia/Qwen3.6-35B-A3B-NVFP4", "--host=0.0.0.0",
                          "--port=8010", "--tensor-parallel-size=1", "--max-model-len=262144",
                          "--gpu-memory-utilization=0.7", "--max-num-seqs=8",
                          "--max-num-batched-tokens=4096", "--kv-cache-dtype=auto",
                          "--moe-backend=marlin", "--enable-auto-tool-choice",
                          "--tool-call-parser=qwen3_coder", "--reasoning-parser=qwen3",
                          "--enable-prefix-caching", "--enable-prompt-tokens-details",
                          "--enable-chunked-prefill", "--load-format=fastsafetensors",
                          "--scheduling-policy=priority", "--shutdown-timeout=30"));
}

}  // namespace
}  // namespace recipe
