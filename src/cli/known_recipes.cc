#include "cli/known_recipes.h"

#include "base/error.h"
#include "config/paths.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

std::vector<recipe::Source> users_sources() {
  const fs::path folder = config::resolve_paths(sys::environment()).config / "recipes";
  std::vector<recipe::Source> sources;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none))
    if (entry.path().extension() == ".yaml") sources.push_back(read_recipe(entry.path()));
  return sources;
}

}  // namespace

recipe::Source read_recipe(const fs::path& file) {
  std::optional<std::string> text = sys::read_file(file);
  if (!text)
    throw base::Error("cannot read " + file.string(), "there is no such file", {},
                      base::Exit::usage);
  return {.name = file.stem(), .path = file, .text = *std::move(text), .is_users = true};
}

recipe::Catalog known_recipes() {
  return recipe::make_catalog(recipe::compiled_in(), users_sources());
}

}  // namespace cli
