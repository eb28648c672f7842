// `autosre k3s up|down`: the release in the cluster, made and taken away.
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/cluster.h"
#include "cli/cluster_commands.h"
#include "cli/output.h"
#include "config/paths.h"
#include "k3s/apply.h"
#include "k3s/chart_folder.h"
#include "k3s/live.h"
#include "sys/environment.h"

namespace cli {
namespace {

using json = nlohmann::ordered_json;

json to_json(const k3s::Plan& plan) {
  json steps = json::array();
  for (const k3s::Step& step : plan.steps)
    steps.push_back({{"kind", name_of(step.kind)}, {"text", step.text}});
  json differences = json::array();
  for (const k3s::Difference& difference : plan.differences)
    differences.push_back(difference.text());
  return {{"steps", steps}, {"differences", differences}, {"warnings", plan.warnings}};
}

void print(const k3s::Plan& plan, bool as_json) {
  Output output;
  if (as_json) return output.json(to_json(plan));
  for (const k3s::Step& step : plan.steps) output.line(step.text);
  for (const k3s::Difference& difference : plan.differences) output.line("  " + difference.text());
  if (plan.steps.empty()) note("nothing to do");
}

class Up final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("RECIPE", recipe_,
                    "which recipe; left out: the one that is deployed, else qwen3.6-nvfp4", false);
    args.option("--values", "FILE", values_, "values of the chart that win over the recipe's");
    args.flag("--dry-run", is_dry_run_, "print what would be done, and do nothing");
    args.flag("--json", is_json_, "print the plan as JSON, with --dry-run");
    args.flag("--no-wait", is_hasty_, "do not wait until the model answers");
    args.option("--timeout", "SECONDS", timeout_, "how long to wait for the model");
    args.flag("--allow-contention", is_careless_, "start even if the GPU is held by another");
    options_.declare(args);
    options_.declare_addresses(args);
  }

  int run() override {
    Cluster cluster;
    try {
      return run(cluster);
    } catch (const k3s::Interrupted&) {
      progress_.done({});
      note(has_begun_
               ? "interrupted; what is done stays, and the pods go on starting: `autosre k3s "
                 "status` shows them, `autosre k3s up` goes on, `autosre k3s down` takes "
                 "all away"
               : "interrupted, nothing was changed");
      return interrupted_exit;
    }
  }

 private:
  int run(Cluster& cluster) {
    const config::Paths paths = config::resolve_paths(sys::environment());
    const k3s::Workload workload = k3s::read_workload(cluster.runner(), options_.target);
    for (const k3s::Deployment& deployment : workload.deployments)
      if (recipe_.empty()) recipe_ = deployment.recipe;
    k3s::Request request = make_request(recipe_, options_.target, values_);
    const std::optional<ProgramImage> program = plan_program_image();
    use_image(request, program);
    const k3s::ChartFolder folder(paths, k3s::values_of(request));
    const k3s::ChartFiles files{
        .chart = folder.chart(), .values = folder.values(), .import_image = [&] {
          import_program_image(*program, [&] { return cluster.runner().is_interrupted(); });
        }};
    progress_.update("comparing with the cluster");
    k3s::Prepared prepared = k3s::prepare(request, files, cluster.runner());
    progress_.done({});
    if (program && !program->steps.empty())
      prepared.plan.steps.insert(prepared.plan.steps.begin(),
                                 {.kind = k3s::Step::Kind::import_image,
                                  .text = "give k3s the image " + program->image.exact_name()});
    for (const std::string& warning : prepared.plan.warnings) note("warning: " + warning);
    if (is_dry_run_) {
      print(prepared.plan, is_json_);
      return 0;
    }
    if (!is_careless_ && !prepared.plan.changes_nothing()) check_gpu(workload, request.recipe);
    apply(prepared, files, cluster);
    if (is_hasty_) return 0;
    k3s::watch_rollout(cluster.runner(), options_.target, watch_options(timeout_),
                       display_of(progress_));
    progress_.done({});
    finish_start(cluster, options_, progress_);
    return 0;
  }

  void apply(const k3s::Prepared& prepared, const k3s::ChartFiles& files, Cluster& cluster) {
    if (prepared.plan.changes_nothing()) {
      note("deployed already, nothing was changed");
      return;
    }
    has_begun_ = true;
    k3s::apply(prepared.plan, options_.target, files, cluster.runner(), note);
    for (const std::string& name : k3s::restore(prepared.desired, cluster.runner()))
      note("restored " + name + ", which was changed by hand");
  }

  std::string recipe_;
  std::vector<std::string> values_;
  bool is_dry_run_ = false;
  bool is_json_ = false;
  bool is_hasty_ = false;
  bool is_careless_ = false;
  int timeout_ = 45 * 60;
  ClusterOptions options_;
  bool has_begun_ = false;
  Progress progress_;
};

class Down final : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--dry-run", is_dry_run_, "print what would be done, and do nothing");
    args.flag("--json", is_json_, "print the plan as JSON, with --dry-run");
    options_.declare(args);
  }

  int run() override {
    Cluster cluster;
    try {
      const k3s::Plan plan =
          k3s::plan_down(options_.target, k3s::read_live(cluster.runner(), options_.target));
      if (is_dry_run_) {
        print(plan, is_json_);
        return 0;
      }
      k3s::apply(plan, options_.target, {}, cluster.runner(), note);
      note(plan.changes_nothing() ? "nothing was deployed" : "all of it is gone");
      return 0;
    } catch (const k3s::Interrupted&) {
      note("interrupted; `autosre k3s down` takes the rest away");
      return interrupted_exit;
    }
  }

 private:
  bool is_dry_run_ = false;
  bool is_json_ = false;
  ClusterOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_k3s_up() {
  return std::make_unique<Up>();
}
std::unique_ptr<Command> make_k3s_down() {
  return std::make_unique<Down>();
}

}  // namespace cli
