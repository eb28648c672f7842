// Recipe files: YAML, one recipe each, every key known and of its type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "recipe/recipe.h"

namespace recipe {

// One thing wrong with a file. Lines count from 1; 0 where none is to blame.
struct Fault {
  std::string file;
  int line = 0;
  std::string key;  // "env.HF_TOKEN", "extra_args[3]"; empty: the file as a whole
  std::string what;

  // "FILE:LINE: KEY: what"
  std::string text() const;
  bool operator==(const Fault&) const = default;
};

// All faults of the text in the order of their lines, not just the first.
base::Result<Recipe, std::vector<Fault>> parse_recipe(std::string_view yaml,
                                                      const std::string& file);

}  // namespace recipe
