#include "recipe/catalog.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recipe/advice.h"
#include "recipe/sample.h"

namespace recipe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Source source(const std::string& name, const std::string& text, bool is_users = false) {
  return {.name = name, .path = name + ".yaml", .text = text, .is_users = is_users};
}

std::string yaml_with_key(const std::string& key) {
  std::string yaml = sample_yaml;
  return yaml.replace(yaml.find("small"), 5, key);
}

std::vector<std::string> names_of(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Entry& entry : catalog) names.push_back(entry.name);
  return names;
}

std::string message_of(const Catalog& catalog, const std::string& wanted) {
  try {
    find_entry(catalog, wanted);
  } catch (const base::Error& error) {
    return error.line();
  }
  return "(found)";
}

TEST(Recipes, ThatAreCompiledInHaveNeitherFaultsNorWarnings) {
  for (const Entry& entry : make_catalog(compiled_in(), {})) {
    ASSERT_TRUE(entry.recipe) << entry.recipe.error().front().text();
    EXPECT_THAT(advise(*entry.recipe), IsEmpty()) << entry.path;
  }
}

TEST(Recipes, ThatAreCompiledInAreTheFilesOfTheFolder) {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(AUTOSRE_SOURCE "/share/recipes"))
    files.push_back("share/recipes/" + file.path().filename().string());
  std::vector<std::string> compiled;
  for (const Source& known : compiled_in()) {
    compiled.push_back(known.path);
    std::ifstream in(std::string(AUTOSRE_SOURCE "/") + known.path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), known.text) << known.path;
  }
  EXPECT_THAT(compiled, testing::UnorderedElementsAreArray(files));
}

TEST(Recipes, SayTheReasonOfEachValue) {
  for (const Source& known : compiled_in()) EXPECT_THAT(known.text, HasSubstr("# Sources: "));
}

TEST(Catalog, IsSortedAndAUsersFileWins) {
  const Catalog catalog = make_catalog({source("b", sample_yaml), source("a", sample_yaml)},
                                       {source("b", yaml_with_key("mine"), true)});
  EXPECT_THAT(names_of(catalog), ElementsAre("a", "b"));
  EXPECT_TRUE(catalog[1].is_users);
  EXPECT_EQ(catalog[1].recipe->model_key, "mine");
}

TEST(Catalog, FindsByNameAndThenByKeyOfAUsersOwnFirst) {
  const Catalog catalog = make_catalog({source("a", yaml_with_key("k")), source("k", sample_yaml),
                                        source("c", yaml_with_key("shared"))},
                                       {source("d", yaml_with_key("shared"), true)});
  EXPECT_EQ(find_entry(catalog, "k").name, "k");
  EXPECT_EQ(find_entry(catalog, "small").name, "k");
  EXPECT_EQ(find_entry(catalog, "shared").name, "d");
}

TEST(Catalog, SaysWhatExistsWhenThereIsNoSuchRecipe) {
  const Catalog catalog = make_catalog({source("a", sample_yaml), source("b", sample_yaml)}, {});
  EXPECT_EQ(message_of(catalog, "x"),
            "error: no recipe \"x\" — there are: a, b — see `autosre recipes list`");
}

TEST(Catalog, NamesTheFaultOfARecipeThatIsAskedForAndSparesTheOthers) {
  const Catalog catalog =
      make_catalog({source("a", sample_yaml)}, {source("b", sample_yaml + "x: 1\ny: 2\n", true)});
  EXPECT_THAT(message_of(catalog, "b"),
              HasSubstr("b.yaml:10: x: is no key of a recipe, and 1 more"));
  EXPECT_EQ(find_entry(catalog, "a").name, "a");
}

}  // namespace
}  // namespace recipe
