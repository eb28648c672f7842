// The serve command of a recipe: what the chart starts and what a live pod is compared with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/recipe.h"

namespace recipe {

// vllm serve MODEL --flag=value …, always in the same order.
std::vector<std::string> build_vllm_serve_cmd(const Recipe& recipe);

// The same for a container: images of the vllm/vllm-openai family begin with `vllm serve` already,
// so these two words are left out for them.
std::vector<std::string> container_args(const Recipe& recipe);

// What a flag such as "--port" comes from ("api_port"), which extra_args may not set once more;
// empty for all others.
std::string_view origin_of_flag(std::string_view flag);

// Flags that differ from pod to pod of a cluster, such as "--node-rank"; the chart adds them.
bool is_of_the_nodes(std::string_view flag);

}  // namespace recipe
