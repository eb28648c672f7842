// The recipes there are: compiled in, and a user's own, which win.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/parse.h"
#include "recipe/recipe.h"

namespace recipe {

// The model that is served when none is named.
inline constexpr const char* default_model_key = "qwen3.6-nvfp4";

struct Source {
  std::string name;  // the file's stem
  std::string path;  // for messages
  std::string text;
  bool is_users = false;
};

struct Entry {
  std::string name;
  std::string path;
  bool is_users = false;
  base::Result<Recipe, std::vector<Fault>> recipe;
};

using Catalog = std::vector<Entry>;

const std::vector<Source>& compiled_in();

// Sorted by name. A user's file replaces the one of its name, also when it is faulty: running
// something else than what was written would be worse.
Catalog make_catalog(const std::vector<Source>& built_in, const std::vector<Source>& users);

// By name, then by model key, of those a user's own first. Throws base::Error: with the faults, or
// with what exists.
const Entry& find_entry(const Catalog& catalog, std::string_view wanted);

// The first fault as an error for a command that needs the recipe.
base::Error error_of(const std::vector<Fault>& faults);

}  // namespace recipe
