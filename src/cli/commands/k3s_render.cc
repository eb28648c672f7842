// `autosre k3s render|diff`: what a recipe comes to in the cluster, and what is different there.
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
#include "sys/process.h"

namespace cli {
namespace {

using json = nlohmann::ordered_json;

class Render final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("RECIPE", recipe_, "which recipe; left out: qwen3.6-nvfp4", false);
    args.option("--values", "FILE", values_, "values of the chart that win over the recipe's");
    args.flag("--objects", are_objects_, "print what helm makes of them: the cluster's objects");
    options_.declare(args);
  }

  int run() override {
    const k3s::Request request = make_request(recipe_, options_.target, values_);
    const json values = k3s::values_of(request);
    Output output;
    if (!are_objects_) {
      output.json(values);
      return 0;
    }
    const auto environment = sys::environment();
    const k3s::ChartFolder folder(config::resolve_paths(environment), values);
    const auto helm = sys::find_program("helm", environment);
    const auto runner =
        k3s::real_runner({.kubectl = {}, .helm = helm ? helm->string() : "", .kubeconfig = {}},
                         [] { return false; });
    output.text(k3s::render_text(
        options_.target, {.chart = folder.chart(), .values = folder.values()}, {}, true, *runner));
    return 0;
  }

 private:
  std::string recipe_;
  std::vector<std::string> values_;
  bool are_objects_ = false;
  ClusterOptions options_;
};

class Diff final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("RECIPE", recipe_, "which recipe; left out: the one that is deployed", false);
    args.option("--values", "FILE", values_, "values of the chart that win over the recipe's");
    args.flag("--json", is_json_, "print it as JSON");
    options_.declare(args);
  }

  int run() override {
    Cluster cluster;
    try {
      return run(cluster);
    } catch (const k3s::Interrupted&) {
      return interrupted_exit;
    }
  }

 private:
  int run(Cluster& cluster) {
    for (const k3s::Deployment& deployment :
         k3s::read_workload(cluster.runner(), options_.target).deployments)
      if (recipe_.empty()) recipe_ = deployment.recipe;
    k3s::Request request = make_request(recipe_, options_.target, values_);
    use_image(request, plan_program_image());
    const k3s::ChartFolder folder(config::resolve_paths(sys::environment()),
                                  k3s::values_of(request));
    const k3s::Prepared prepared = k3s::prepare(
        request, {.chart = folder.chart(), .values = folder.values()}, cluster.runner());
    print(prepared);
    return prepared.plan.differences.empty() ? 0 : 1;
  }

  void print(const k3s::Prepared& prepared) const {
    Output output;
    json rows = json::array();
    for (const k3s::Difference& difference : prepared.plan.differences) {
      if (!is_json_) output.line(difference.text());
      rows.push_back({{"object", difference.object},
                      {"path", difference.path},
                      {"wanted", difference.wanted},
                      {"live", difference.live}});
    }
    if (is_json_) output.json({{"recipe", prepared.desired.recipe}, {"differences", rows}});
    if (!is_json_ && rows.empty()) note("no difference");
  }

  std::string recipe_;
  std::vector<std::string> values_;
  bool is_json_ = false;
  ClusterOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_k3s_render() {
  return std::make_unique<Render>();
}
std::unique_ptr<Command> make_k3s_diff() {
  return std::make_unique<Diff>();
}

}  // namespace cli
