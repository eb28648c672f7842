// config/dedicated.yaml: what else uses the GPU, and what the model gets while it does not. Pure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/fault.h"
#include "config/paths.h"
#include "recipe/recipe.h"

namespace dedicated {

// Something that runs beside the model and can be stopped and started.
struct Share {
  enum class Kind {
    deployment,  // NAMESPACE/NAME in the cluster
    unit,        // of systemd: "ollama.service"
    container,   // of Docker or Podman, by name
  };

  Kind kind = Kind::deployment;
  std::string name;

  std::string text() const;  // "deployment media/comfyui"
  bool operator==(const Share&) const = default;
};
std::string_view name_of(Share::Kind kind);
std::optional<Share::Kind> kind_of(std::string_view name);

// What the recipe says is raised to these; absent: it stays, as it does where it is higher.
struct Raised {
  std::optional<double> gpu_memory_utilization = {};
  std::optional<int> max_num_seqs = {};
  std::optional<int> max_num_batched_tokens = {};

  bool operator==(const Raised&) const = default;
};
recipe::Recipe raise(recipe::Recipe recipe, const Raised& raised);

struct Config {
  std::vector<Share> shares;
  Raised raised;
};

std::filesystem::path config_file(const config::Paths& paths);

base::Result<Config, std::vector<config::Fault>> parse_config(std::string_view yaml,
                                                              const std::string& file);

}  // namespace dedicated
