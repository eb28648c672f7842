#include "recipe/catalog.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/strings.h"
#include "recipe_file_texts.h"

namespace recipe {
namespace {

Source built_in(const char* name, std::string_view text) {
  return {.name = name,
          .path = fmt::format("share/recipes/{}.yaml", name),
          .text = std::string(text),
          .is_users = false};
}

bool has_key(const Entry& entry, std::string_view key) {
  return entry.recipe && entry.recipe->model_key == key;
}

const Entry* look_up(const Catalog& catalog, std::string_view wanted) {
  for (const Entry& entry : catalog)
    if (entry.name == wanted) return &entry;
  for (const bool is_users : {true, false})
    for (const Entry& entry : catalog)
      if (entry.is_users == is_users && has_key(entry, wanted)) return &entry;
  return nullptr;
}

}  // namespace

const std::vector<Source>& compiled_in() {
  static const std::vector<Source> all = {
      built_in("gpt-oss-20b", recipe_file::gpt_oss_20b),
      built_in("qwen3.6-27b-nvfp4-2node", recipe_file::qwen3_6_27b_nvfp4_2node),
      built_in("qwen3.6-35b-a3b-nvfp4", recipe_file::qwen3_6_35b_a3b_nvfp4),
  };
  return all;
}

Catalog make_catalog(const std::vector<Source>& built_in, const std::vector<Source>& users) {
  Catalog catalog;
  const auto add = [&](const Source& source) {
    std::erase_if(catalog, [&](const Entry& entry) { return entry.name == source.name; });
    catalog.push_back({.name = source.name,
                       .path = source.path,
                       .is_users = source.is_users,
                       .recipe = parse_recipe(source.text, source.path)});
  };
  std::ranges::for_each(built_in, add);
  std::ranges::for_each(users, add);
  std::ranges::sort(catalog, {}, &Entry::name);
  return catalog;
}

const Entry& find_entry(const Catalog& catalog, std::string_view wanted) {
  const Entry* entry = look_up(catalog, wanted);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const Entry& known : catalog) names.push_back(known.name);
    throw base::Error(fmt::format("no recipe \"{}\"", wanted),
                      fmt::format("there are: {}", fmt::join(names, ", ")),
                      "see `autosre recipes list`", base::Exit::usage);
  }
  if (!entry->recipe) throw error_of(entry->recipe.error());
  return *entry;
}

base::Error error_of(const std::vector<Fault>& faults) {
  const std::string more =
      faults.size() > 1 ? fmt::format(", and {} more", faults.size() - 1) : std::string();
  return base::Error("a recipe is wrong", faults.front().text() + more,
                     "see `autosre recipes check`");
}

}  // namespace recipe
