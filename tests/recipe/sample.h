// A small recipe for the tests to change.
#pragma once

#include <string>

#include "recipe/recipe.h"

namespace recipe {

inline const std::string sample_yaml = R"(model_key: small
model_id: org/Small-1B
short_name: Small
description: a model for tests
docker_image: vllm/vllm-openai:v0.24.0
max_model_len: 4096
gpu_memory_utilization: 0.70
max_num_seqs: 2
max_num_batched_tokens: 512
)";

inline Recipe sample() {
  Recipe recipe;
  recipe.model_key = "small";
  recipe.model_id = "org/Small-1B";
  recipe.short_name = "Small";
  recipe.description = "a model for tests";
  recipe.docker_image = "vllm/vllm-openai:v0.24.0";
  recipe.max_model_len = 4096;
  recipe.gpu_memory_utilization = 0.7;
  recipe.max_num_seqs = 2;
  recipe.max_num_batched_tokens = 512;
  recipe.api_port = 8010;
  return recipe;
}

}  // namespace recipe
