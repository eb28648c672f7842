// The recipes that commands know: those compiled in, and the user's own.
#pragma once

#include <filesystem>

#include "recipe/catalog.h"

namespace cli {

// Throws base::Error when there is no such file.
recipe::Source read_recipe(const std::filesystem::path& file);

// The user's own are in config/recipes.
recipe::Catalog known_recipes();

}  // namespace cli
