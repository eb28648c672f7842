#include "recipe/runtime_env.h"

#include <algorithm>
#include <array>

namespace recipe {
namespace {

struct Fixed {
  std::string_view name;
  std::string_view value;
};

constexpr std::array fixed = {
    // At a cold boot names do not resolve yet; a server that asks the network would crash-loop.
    Fixed{"HF_HUB_OFFLINE", "1"},
    Fixed{"TRANSFORMERS_OFFLINE", "1"},
    // Where the weights are mounted.
    Fixed{"HF_HUB_CACHE", "/data/huggingface/hub"},
    // Some good drivers are outside the range that the image asks for.
    Fixed{"NVIDIA_DISABLE_REQUIRE", "1"},
    // A user without a name or a writable home, on a root that is read-only: the compilers' caches
    // (torch, Triton, FlashInfer, CUDA) go where the chart mounts a volume.
    Fixed{"HOME", "/cache"},
    Fixed{"USER", "vllm"},
};

constexpr std::array cluster_interfaces = {"NCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME",
                                           "TP_SOCKET_IFNAME"};
constexpr std::string_view token = "HF_TOKEN";

}  // namespace

std::vector<Variable> build_runtime_env(const Recipe& recipe, const Site& site) {
  std::vector<Variable> all;
  for (const Fixed& row : fixed)
    all.push_back({.name = std::string(row.name), .value = std::string(row.value)});
  if (!site.hf_token.empty())
    all.push_back({.name = std::string(token), .value = site.hf_token, .is_secret = true});
  // The fast network between the nodes; left to themselves they may find each other by another.
  if (recipe.mode == Mode::cluster)
    for (const char* name : cluster_interfaces)
      all.push_back({.name = name, .value = site.nccl_socket_ifname});
  for (const auto& [name, value] : recipe.env) all.push_back({.name = name, .value = value});
  return all;
}

bool is_set_by_program(std::string_view variable) {
  return variable == token || std::ranges::find(fixed, variable, &Fixed::name) != fixed.end() ||
         std::ranges::find(cluster_interfaces, variable) != cluster_interfaces.end();
}

bool names_secret(std::string_view name) {
  return std::ranges::any_of(
      std::array<std::string_view, 6>{"_TOKEN", "_KEY", "_SECRET", "_PASSWORD", "-key", "-token"},
      [&](std::string_view end) { return name.ends_with(end); });
}

}  // namespace recipe
