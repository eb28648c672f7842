// `autosre models list|pull`: what can be served, what of it is here and what is loaded.
#include <algorithm>
#include <atomic>
#include <csignal>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backend/addresses.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/known_recipes.h"
#include "cli/output.h"
#include "config/vllm.h"
#include "model/layout.h"
#include "model/pull.h"
#include "stack/status.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/signals.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr int interrupted = 130;  // as a shell has it for Ctrl-C

// Where the nodes' configuration says that weights are, or where it would say by default.
fs::path default_cache(const config::Environment& environment) {
  const fs::path file = config::vllm_file(config::resolve_paths(environment));
  const auto text = sys::read_file(file);
  return (text ? config::require_vllm(text, file) : config::VllmConfig{}).hf_cache_dir;
}

struct Row {
  std::string key;
  std::string id;
  bool is_default = false;
  bool is_loaded = false;
  model::Presence weights;
};

class ListModels final : public Command {
 public:
  void declare(Args& args) override {
    args.option("--cache", "FOLDER", cache_, "where the weights are; left out: as configured");
    args.flag("--json", is_json_, "print it as JSON");
  }

  int run() override {
    const config::Environment environment = sys::environment();
    const fs::path cache = cache_.empty() ? default_cache(environment) : fs::path(cache_);
    const backend::Addresses addresses = backend::find_addresses(environment);
    const stack::Served served = stack::live_probe().served(addresses.api);
    const std::vector<Row> rows = rows_of(known_recipes(), cache, served.model);
    Output output;
    if (is_json_) {
      output.json(to_json(rows, cache, addresses.api, served));
      return 0;
    }
    output.table(table_of(rows));
    const bool is_of_the_list = std::ranges::any_of(rows, &Row::is_loaded);
    if (!served.model.empty() && !is_of_the_list)
      note(fmt::format("loaded at {}: {}", addresses.api, served.model));
    return 0;
  }

 private:
  static std::vector<Row> rows_of(const recipe::Catalog& catalog, const fs::path& cache,
                                  const std::string& loaded) {
    std::vector<Row> rows;
    for (const recipe::Entry& entry : catalog) {
      if (!entry.recipe) continue;
      const recipe::Recipe& recipe = *entry.recipe;
      rows.push_back({.key = recipe.model_key,
                      .id = recipe.model_id,
                      .is_default = recipe.model_key == recipe::default_model_key,
                      .is_loaded = recipe.model_id == loaded,
                      .weights = model::find_weights(cache, recipe.model_id)});
    }
    std::ranges::sort(rows, {}, [](const Row& row) { return std::pair(!row.is_default, row.key); });
    return rows;
  }

  static json to_json(const std::vector<Row>& rows, const fs::path& cache, const std::string& api,
                      const stack::Served& served) {
    json models = json::array();
    for (const Row& row : rows)
      models.push_back(
          {{"key", row.key},
           {"id", row.id},
           {"default", row.is_default},
           {"loaded", row.is_loaded},
           {"weights", name_of(row.weights.kind)},
           {"weights_bytes", row.weights.bytes},
           {"missing", row.weights.missing.empty() ? json() : json(row.weights.missing)}});
    return {{"cache", cache.string()},
            {"api_url", api},
            {"loaded", served.model.empty() ? json() : json(served.model)},
            {"models", std::move(models)}};
  }

  static Table table_of(const std::vector<Row>& rows) {
    Table table{.titles = {"key", "model", "weights", ""}, .rows = {}};
    for (const Row& row : rows) {
      const bool is_complete = row.weights.kind == model::Presence::Kind::complete;
      std::string weights(name_of(row.weights.kind));
      if (is_complete) weights = render_bytes(row.weights.bytes);
      std::string marks = row.is_default ? "default" : "";
      if (row.is_loaded) marks += marks.empty() ? "loaded" : ", loaded";
      table.rows.push_back({row.key,
                            row.id,
                            {weights, is_complete ? Tone::good : Tone::faint},
                            {marks, row.is_loaded ? Tone::good : Tone::plain}});
    }
    return table;
  }

  std::string cache_;
  bool is_json_ = false;
};

class PullModel final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("MODEL", key_, "a model's key; left out: the default", false);
    args.option("--cache", "FOLDER", cache_, "where the weights go; left out: as configured");
    args.flag("--dry-run", is_dry_, "only say what would come");
    args.flag("--json", is_json_, "print the result as JSON");
  }

  int run() override {
    const config::Environment environment = sys::environment();
    const recipe::Catalog catalog = known_recipes();
    const recipe::Entry& entry =
        recipe::find_entry(catalog, key_.empty() ? recipe::default_model_key : key_);
    const fs::path cache = cache_.empty() ? default_cache(environment) : fs::absolute(cache_);
    sys::Signals signals({SIGINT, SIGTERM});
    // The TLS library writes to the socket itself, which may be closed.
    std::signal(SIGPIPE, SIG_IGN);
    std::atomic<bool> is_interrupted = false;
    const model::Trust trust(environment);
    const model::Hub hub =
        model::hub_of(environment, trust, {.interrupted = [&] { return is_interrupted.load(); }});
    try {
      const model::PullPlan plan = model::plan_pull(hub, cache, entry.recipe->model_id);
      if (!is_dry_) fetch(hub, plan, signals, is_interrupted);
      report(plan);
    } catch (const model::Interrupted&) {
      note("interrupted; run it again and it goes on where it stopped");
      return interrupted;
    }
    return 0;
  }

 private:
  static void fetch(const model::Hub& hub, const model::PullPlan& plan, sys::Signals& signals,
                    std::atomic<bool>& is_interrupted) {
    model::require_space(plan);
    Progress progress;
    model::pull(hub, plan, [&](std::string_view text, double fraction) {
      if (signals.wait(std::chrono::milliseconds(0))) is_interrupted = true;
      progress.update(text, fraction);
    });
  }

  void report(const model::PullPlan& plan) const {
    const fs::path snapshot = plan.repository / "snapshots" / plan.commit;
    Output output;
    if (is_json_) {
      json files = json::array();
      for (const model::Job& job : plan.jobs)
        files.push_back({{"path", job.file.path}, {"bytes", job.file.bytes}});
      output.json({{"model", plan.model_id},
                   {"commit", plan.commit},
                   {"snapshot", snapshot.string()},
                   {"bytes", plan.bytes},
                   {"missing_bytes", plan.missing},
                   {is_dry_ ? "would_fetch" : "fetched", std::move(files)}});
      return;
    }
    if (is_dry_) {
      for (const model::Job& job : plan.jobs)
        output.line(fmt::format("{:>10}  {}", render_bytes(job.file.bytes), job.file.path));
      note(fmt::format("{} of {} would come into {}", render_bytes(plan.missing),
                       render_bytes(plan.bytes), plan.repository.string()));
      return;
    }
    output.line(snapshot.string());
    note(plan.jobs.empty() ? "all of it was there already"
                           : fmt::format("{} fetched and checked", render_bytes(plan.missing)));
  }

  std::string key_;
  std::string cache_;
  bool is_dry_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_models_list() {
  return std::make_unique<ListModels>();
}
std::unique_ptr<Command> make_models_pull() {
  return std::make_unique<PullModel>();
}

}  // namespace cli
