// The environment of the model server's container: the only place where it is made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/recipe.h"

namespace recipe {

struct Node {
  std::string hostname;
  std::string ip;

  bool operator==(const Node&) const = default;
};

// What the machines add to a recipe.
struct Site {
  std::string hf_cache_dir = "/data/huggingface";  // on the node
  std::string hf_token;                            // the operator's; may be empty
  std::string nccl_socket_ifname = "enp1s0f0np0";
  std::vector<Node> nodes;  // the head first; needed in mode cluster
};

struct Variable {
  std::string name;
  std::string value;
  bool is_secret = false;  // never in values, logs or a command line

  bool operator==(const Variable&) const = default;
};

// Those that every recipe has in a fixed order, then the recipe's own by name.
std::vector<Variable> build_runtime_env(const Recipe& recipe, const Site& site);

// A recipe may not set these.
bool is_set_by_program(std::string_view variable);

// Whether a variable or flag of that name would hold a secret: its value is not to be shown.
bool names_secret(std::string_view name);

}  // namespace recipe
