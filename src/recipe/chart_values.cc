#include "recipe/chart_values.h"

#include <nlohmann/json.hpp>

#include "recipe/serve.h"

namespace recipe {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* token_secret = "autosre-huggingface";
constexpr const char* token_secret_key = "token";

json nodes_of(const Site& site) {
  json nodes = json::array();
  for (const Node& node : site.nodes)
    nodes.push_back({{"hostname", node.hostname}, {"ip", node.ip}});
  return nodes;
}

}  // namespace

json chart_values(const Recipe& recipe, const Site& site) {
  json environment = json::array();
  json secrets = json::array();
  for (const Variable& variable : build_runtime_env(recipe, site)) {
    if (variable.is_secret)
      secrets.push_back(
          {{"name", variable.name}, {"secret", token_secret}, {"key", token_secret_key}});
    else
      environment.push_back({{"name", variable.name}, {"value", variable.value}});
  }
  const bool is_cluster = recipe.mode == Mode::cluster;
  return {{"recipe", {{"key", recipe.model_key}, {"modelId", recipe.model_id}}},
          {"vllm",
           {{"image", recipe.docker_image},
            {"args", container_args(recipe)},
            {"env", environment},
            {"secretEnv", secrets},
            {"port", recipe.api_port},
            {"gpus", recipe.tensor_parallel},
            {"weights", {{"hostPath", site.hf_cache_dir}}}}},
          {"cluster",
           {{"enabled", is_cluster}, {"nodes", is_cluster ? nodes_of(site) : json::array()}}},
          {"proxies", {{"slots", recipe.max_num_seqs}}}};
}

}  // namespace recipe
