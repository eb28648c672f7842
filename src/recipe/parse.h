// Recipe files: YAML, one recipe each, every key known and of its type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/fault.h"
#include "recipe/recipe.h"

namespace recipe {

using config::Fault;

// All faults of the text in the order of their lines, not just the first.
base::Result<Recipe, std::vector<Fault>> parse_recipe(std::string_view yaml,
                                                      const std::string& file);

}  // namespace recipe
