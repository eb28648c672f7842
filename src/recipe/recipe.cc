#include "recipe/recipe.h"

namespace recipe {

std::string_view name_of(Mode mode) {
  return mode == Mode::cluster ? "cluster" : "solo";
}

}  // namespace recipe
