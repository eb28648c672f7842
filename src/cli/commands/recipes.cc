// `autosre recipes list|show|check`: the recipes that are compiled in and the user's own.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/known_recipes.h"
#include "cli/output.h"
#include "recipe/advice.h"
#include "recipe/catalog.h"
#include "recipe/chart_values.h"
#include "recipe/runtime_env.h"
#include "recipe/serve.h"

namespace cli {
namespace {

using json = nlohmann::ordered_json;

json to_json(const recipe::Fault& fault) {
  return {{"file", fault.file}, {"line", fault.line}, {"key", fault.key}, {"what", fault.what}};
}

json faults_of(const recipe::Entry& entry) {
  json all = json::array();
  if (!entry.recipe)
    for (const recipe::Fault& fault : entry.recipe.error()) all.push_back(to_json(fault));
  return all;
}

json to_json(const recipe::Recipe& r) {
  return {{"model_key", r.model_key},
          {"model_id", r.model_id},
          {"short_name", r.short_name},
          {"description", r.description},
          {"docker_image", r.docker_image},
          {"mode", recipe::name_of(r.mode)},
          {"tensor_parallel", r.tensor_parallel},
          {"max_model_len", r.max_model_len},
          {"gpu_memory_utilization", r.gpu_memory_utilization},
          {"max_num_seqs", r.max_num_seqs},
          {"max_num_batched_tokens", r.max_num_batched_tokens},
          {"kv_cache_dtype", r.kv_cache_dtype},
          {"quantization", r.quantization},
          {"attention_backend", r.attention_backend},
          {"moe_backend", r.moe_backend},
          {"chat_template", r.chat_template},
          {"api_port", r.api_port},
          {"extra_args", r.extra_args},
          {"env", r.env},
          {"capabilities", r.capabilities},
          {"best_for", r.best_for}};
}

class ListRecipes final : public Command {
 public:
  void declare(Args& args) override { args.flag("--json", is_json_, "print it as JSON"); }

  int run() override {
    const recipe::Catalog catalog = known_recipes();
    Output output;
    if (is_json_)
      output.json(as_json(catalog));
    else
      output.table(as_table(catalog));
    return 0;
  }

 private:
  static json as_json(const recipe::Catalog& catalog) {
    json all = json::array();
    for (const recipe::Entry& entry : catalog)
      all.push_back({{"name", entry.name},
                     {"path", entry.path},
                     {"is_users", entry.is_users},
                     {"recipe", entry.recipe ? to_json(*entry.recipe) : json()},
                     {"faults", faults_of(entry)}});
    return all;
  }

  static Table as_table(const recipe::Catalog& catalog) {
    Table table{.titles = {"recipe", "key", "window", "requests", "runs on", "best for"},
                .rows = {}};
    for (const recipe::Entry& entry : catalog) {
      if (!entry.recipe) {
        table.rows.push_back({entry.name, {entry.recipe.error().front().text(), Tone::bad}});
        continue;
      }
      const recipe::Recipe& r = *entry.recipe;
      const std::string gpus =
          fmt::format("{} GPU{}", r.tensor_parallel, r.tensor_parallel == 1 ? "" : "s");
      table.rows.push_back({entry.name, r.model_key, std::to_string(r.max_model_len),
                            std::to_string(r.max_num_seqs),
                            r.mode == recipe::Mode::cluster ? gpus + " of several nodes" : gpus,
                            fmt::format("{}", fmt::join(r.best_for, ", "))});
    }
    return table;
  }

  bool is_json_ = false;
};

class ShowRecipe final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("RECIPE", name_, "a recipe's name or model key", true);
    args.flag("--json", is_json_, "print it as JSON, with the chart's values");
  }

  int run() override {
    const recipe::Catalog catalog = known_recipes();
    const recipe::Entry& entry = recipe::find_entry(catalog, name_);
    Output output;
    if (is_json_)
      output.json(as_json(entry));
    else
      print(entry, output);
    return 0;
  }

 private:
  static json as_json(const recipe::Entry& entry) {
    const recipe::Recipe& r = *entry.recipe;
    json environment = json::object();
    for (const recipe::Variable& variable : recipe::build_runtime_env(r, {}))
      environment[variable.name] = variable.value;
    return {{"name", entry.name},           {"path", entry.path},
            {"recipe", to_json(r)},         {"serve_command", recipe::build_vllm_serve_cmd(r)},
            {"environment", environment},   {"values", recipe::chart_values(r, {})},
            {"warnings", recipe::advise(r)}};
  }

  static void print(const recipe::Entry& entry, Output& output) {
    const recipe::Recipe& r = *entry.recipe;
    const auto row = [](const char* name, const std::string& text) {
      return std::vector<Cell>{Cell(std::string(name), Tone::faint), text};
    };
    output.table({.titles = {},
                  .rows = {row("recipe", fmt::format("{} ({})", entry.name, entry.path)),
                           row("", r.description), row("key", r.model_key),
                           row("model", r.model_id), row("image", r.docker_image),
                           row("can", fmt::format("{}", fmt::join(r.capabilities, ", "))),
                           row("best for", fmt::format("{}", fmt::join(r.best_for, ", ")))}});
    output.line({});
    for (const recipe::Variable& variable : recipe::build_runtime_env(r, {}))
      output.line(fmt::format("{}={}", variable.name, variable.value));
    output.line({});
    const std::vector<std::string> command = recipe::build_vllm_serve_cmd(r);
    output.line(fmt::format("{} \\\n  {}", fmt::join(command.begin(), command.begin() + 3, " "),
                            fmt::join(command.begin() + 3, command.end(), " \\\n  ")));
    for (const std::string& advice : recipe::advise(r)) note("warning: " + advice);
  }

  std::string name_;
  bool is_json_ = false;
};

class CheckRecipes final : public Command {
 public:
  void declare(Args& args) override {
    args.positionals("FILE", files_, "recipe files; none: all that are known");
    args.flag("--json", is_json_, "print it as JSON");
  }

  int run() override {
    std::vector<recipe::Source> sources;
    for (const std::string& file : files_) sources.push_back(read_recipe(file));
    const recipe::Catalog catalog =
        files_.empty() ? known_recipes() : recipe::make_catalog({}, sources);
    Output output;
    if (is_json_)
      output.json(as_json(catalog));
    else
      print(catalog, output);
    return std::ranges::all_of(catalog, [](const auto& entry) { return entry.recipe.has_value(); })
               ? 0
               : 1;
  }

 private:
  static json as_json(const recipe::Catalog& catalog) {
    json all = json::array();
    for (const recipe::Entry& entry : catalog)
      all.push_back({{"path", entry.path},
                     {"faults", faults_of(entry)},
                     {"warnings",
                      entry.recipe ? recipe::advise(*entry.recipe) : std::vector<std::string>()}});
    return all;
  }

  static void print(const recipe::Catalog& catalog, Output& output) {
    for (const recipe::Entry& entry : catalog) {
      if (entry.recipe) {
        output.line(entry.path + ": ok");
        for (const std::string& advice : recipe::advise(*entry.recipe))
          output.line(entry.path + ": warning: " + advice);
        continue;
      }
      for (const recipe::Fault& fault : entry.recipe.error()) output.line(fault.text());
    }
  }

  std::vector<std::string> files_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_recipes_list() {
  return std::make_unique<ListRecipes>();
}
std::unique_ptr<Command> make_recipes_show() {
  return std::make_unique<ShowRecipe>();
}
std::unique_ptr<Command> make_recipes_check() {
  return std::make_unique<CheckRecipes>();
}

}  // namespace cli
