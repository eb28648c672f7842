// What helm/autosre is given for a recipe; all else is the chart's own values.yaml.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recipe/recipe.h"
#include "recipe/runtime_env.h"

namespace recipe {

// Holds no secret: variables that are one are named with the Secret that keeps them.
nlohmann::ordered_json chart_values(const Recipe& recipe, const Site& site);

}  // namespace recipe
