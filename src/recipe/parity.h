// What runs against what the recipe says: flag by flag, variable by variable, and the image. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "recipe/recipe.h"
#include "recipe/runtime_env.h"

namespace recipe {

// The model server's container as the cluster has it. A variable whose value comes from elsewhere
// (a Secret) is marked as secret and has none.
struct LiveContainer {
  std::string image;
  std::vector<std::string> command;  // empty: the image's own
  std::vector<std::string> args;
  std::vector<Variable> env;

  bool operator==(const LiveContainer&) const = default;
};

// From a container of a pod or of a deployment's template, as the API has it.
LiveContainer parse_container(const nlohmann::json& container);

struct Mismatch {
  enum class Kind { missing, differs, added };

  Kind kind = Kind::differs;
  std::string subject;  // "--max-num-seqs", "env HF_HUB_OFFLINE", "model", "image"
  std::string wanted;   // the recipe's; empty when added, and for a secret or a flag without value
  std::string live;     // likewise

  // One line: "--max-num-seqs is 4, the recipe says 8".
  std::string text() const;
  bool operator==(const Mismatch&) const = default;
};

// Nothing live: an empty list. Numbers count as numbers: 0.70 is 0.7. The flags and variables that
// the chart adds on its own (ranks, addresses, NVIDIA_VISIBLE_DEVICES) are none of the recipe's.
std::vector<Mismatch> find_mismatches(const Recipe& recipe, const Site& site,
                                      const std::optional<LiveContainer>& live);

}  // namespace recipe
