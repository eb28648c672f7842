// What a recipe may say but should not: known to end in wrong answers, crashes or agents without
// tools.
#pragma once

#include <string>
#include <vector>

#include "recipe/recipe.h"

namespace recipe {

std::vector<std::string> advise(const Recipe& recipe);

}  // namespace recipe
