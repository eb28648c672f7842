#include "recipe/parse.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/fields.h"
#include "config/ports.h"
#include "recipe/runtime_env.h"
#include "recipe/serve.h"

namespace recipe {
namespace {

using config::Fields;

constexpr int most = 100'000'000;  // more than any count of tokens

bool is_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_key(std::string_view text) {
  return is_of(text, std::string(letters_and_digits) + "._-");
}

bool is_model_id(std::string_view text) {
  const size_t slash = text.find('/');
  return slash != std::string_view::npos && is_key(text.substr(0, slash)) &&
         is_key(text.substr(slash + 1));
}

// A tag or a digest: "latest" by silence would be another image tomorrow.
bool is_pinned(std::string_view image) {
  const size_t name = image.rfind('/');
  return image.find_first_of(":@", name == std::string_view::npos ? 0 : name) !=
             std::string_view::npos &&
         image.find_first_of(" \t\n\"'") == std::string_view::npos;
}

// Recipes, values and command lines are open to all who may look at the cluster: no secrets.
void check_arguments(Fields& fields, const std::vector<std::string>& arguments) {
  std::vector<std::string_view> seen;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument.empty()) continue;  // has its fault already
    const std::string_view flag = argument.substr(0, argument.find('='));
    if (!flag.starts_with("--") || flag.size() < 3 ||
        flag.find_first_of(" \t\n") != std::string_view::npos)
      fields.blame("extra_args", "must be --flag or --flag=value, in one piece", i);
    else if (const std::string_view origin = origin_of_flag(flag); !origin.empty())
      fields.blame("extra_args", fmt::format("{} comes from {}", flag, origin), i);
    else if (names_secret(flag))
      fields.blame("extra_args", fmt::format("{} would show a secret to everybody", flag), i);
    else if (std::ranges::find(seen, flag) != seen.end())
      fields.blame("extra_args", fmt::format("{} stands here again", flag), i);
    seen.push_back(flag);
  }
}

void check_environment(Fields& fields, const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) {
    const std::string key = "env." + name;
    if (!is_of(name, std::string(letters_and_digits) + "_") || (name[0] >= '0' && name[0] <= '9'))
      fields.blame(key, "is no name of a variable");
    else if (is_set_by_program(name))
      fields.blame(key, "is set by the program");
    else if (names_secret(name))
      fields.blame(key, "would show a secret to everybody");
  }
}

void read_mode(Fields& fields, Mode& mode) {
  std::string word = "solo";
  fields.text("mode", word);
  if (word != "solo" && word != "cluster") fields.blame("mode", "must be solo or cluster");
  mode = word == "cluster" ? Mode::cluster : Mode::solo;
}

void check(Fields& fields, const Recipe& recipe) {
  if (!recipe.model_key.empty() && !is_key(recipe.model_key))
    fields.blame("model_key", "may have letters, digits, dots, dashes and underscores only");
  if (!recipe.model_id.empty() && !is_model_id(recipe.model_id))
    fields.blame("model_id", "must be ORG/NAME");
  if (!recipe.docker_image.empty() && !is_pinned(recipe.docker_image))
    fields.blame("docker_image", "must name a tag or a digest");
  if (recipe.mode == Mode::cluster && recipe.tensor_parallel < 2)
    fields.blame("mode", "cluster needs a tensor_parallel of 2 or more");
  check_arguments(fields, recipe.extra_args);
  check_environment(fields, recipe.env);
}

Recipe read(Fields& fields) {
  Recipe recipe;
  for (const char* key :
       {"model_key", "model_id", "short_name", "description", "docker_image", "max_model_len",
        "gpu_memory_utilization", "max_num_seqs", "max_num_batched_tokens"})
    fields.require(key);
  recipe.api_port = config::api_port;
  fields.text("model_key", recipe.model_key);
  fields.text("model_id", recipe.model_id);
  fields.text("short_name", recipe.short_name);
  fields.text("description", recipe.description);
  fields.text("docker_image", recipe.docker_image);
  read_mode(fields, recipe.mode);
  fields.whole_number("tensor_parallel", recipe.tensor_parallel, 1, 64);
  fields.whole_number("max_model_len", recipe.max_model_len, 1, most);
  fields.fraction("gpu_memory_utilization", recipe.gpu_memory_utilization);
  fields.whole_number("max_num_seqs", recipe.max_num_seqs, 1, 4096);
  fields.whole_number("max_num_batched_tokens", recipe.max_num_batched_tokens, 1, most);
  fields.text("kv_cache_dtype", recipe.kv_cache_dtype);
  fields.text("quantization", recipe.quantization);
  fields.text("attention_backend", recipe.attention_backend);
  fields.text("moe_backend", recipe.moe_backend);
  fields.text("chat_template", recipe.chat_template);
  fields.whole_number("api_port", recipe.api_port, 1024, 65535);
  fields.texts("extra_args", recipe.extra_args);
  fields.variables("env", recipe.env);
  fields.texts("capabilities", recipe.capabilities);
  fields.texts("best_for", recipe.best_for);
  return recipe;
}

}  // namespace

base::Result<Recipe, std::vector<Fault>> parse_recipe(std::string_view yaml,
                                                      const std::string& file) {
  const auto mapping = config::parse_mapping(yaml, file);
  if (!mapping) return std::unexpected(std::vector{mapping.error()});
  std::vector<Fault> faults;
  Fields fields(*mapping, file, "a recipe", faults);
  Recipe recipe = read(fields);
  fields.refuse_others();
  check(fields, recipe);
  if (faults.empty()) return recipe;
  config::sort_faults(faults);
  return std::unexpected(std::move(faults));
}

}  // namespace recipe
