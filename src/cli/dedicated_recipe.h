// A recipe as it is served now: with what is raised while the model has the GPU to itself.
#pragma once

#include "recipe/recipe.h"

namespace cli {

// By the journal of `dedicated`; on the way back the recipe is its own again.
recipe::Recipe with_dedicated(recipe::Recipe recipe);

}  // namespace cli
