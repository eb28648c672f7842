#include "cli/cluster.h"

#include <chrono>
#include <csignal>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/dedicated_recipe.h"
#include "cli/known_recipes.h"
#include "config/paths.h"
#include "config/vllm.h"
#include "gpu/gate.h"
#include "gpu/look.h"
#include "recipe/parity.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace cli {
namespace {

using std::chrono::steady_clock;

// Between a pod that is ready and an address that answers lies kube-proxy.
constexpr std::chrono::seconds api_patience{30};

void wait_for_api(k3s::Runner& runner, const std::string& url, const stack::Probe& probe) {
  const auto end = steady_clock::now() + api_patience;
  while (probe.health(url) != stack::Health::ok) {
    if (runner.is_interrupted()) throw k3s::Interrupted{};
    if (steady_clock::now() > end)
      throw base::Error("the pods are ready, but the API does not answer at " + url, {},
                        "on the node itself check kube-proxy; elsewhere run `kubectl port-forward` "
                        "and name the address with --api-url");
    poll(nullptr, 0, 300);
  }
}

gpu::Own own_pods(const k3s::Workload& workload) {
  gpu::Own own;
  for (const k3s::Pod& pod : workload.pods) own.pods.insert(pod.uid);
  return own;
}

}  // namespace

void ClusterOptions::declare(Args& args) {
  args.option("--namespace", "NAME", target.name_space, "where the stack is", "AUTOSRE_NAMESPACE");
}

void ClusterOptions::declare_addresses(Args& args) {
  args.option("--api-url", "URL", given.api,
              "where the API is reached from here, if not at its address in the cluster",
              "AUTOSRE_API_URL");
  args.option("--proxy-url", "URL", given.proxy, "likewise, the Anthropic proxy",
              "AUTOSRE_PROXY_URL");
  args.option("--codex-proxy-url", "URL", given.codex_proxy, "likewise, the Codex proxy",
              "AUTOSRE_CODEX_PROXY_URL");
}

Cluster::Cluster() : signals_({SIGINT, SIGTERM}) {
  const auto environment = sys::environment();
  tools_ = k3s::find_tools(environment, k3s::this_machine(environment));
  runner_ = k3s::real_runner(tools_, [this] {
    is_interrupted_ = is_interrupted_ || signals_.wait(std::chrono::milliseconds(0)).has_value();
    return is_interrupted_;
  });
}

recipe::Site this_site() {
  recipe::Site site;
  const auto environment = sys::environment();
  if (const auto token = environment.find("HF_TOKEN"); token != environment.end())
    site.hf_token = token->second;
  const auto file = config::vllm_file(config::resolve_paths(environment));
  const auto text = sys::read_file(file);
  if (!text) return site;
  const config::VllmConfig nodes = config::require_vllm(text, file);
  site.hf_cache_dir = nodes.hf_cache_dir;
  site.nccl_socket_ifname = nodes.nccl_socket_ifname;
  site.nodes.push_back({.hostname = nodes.head_node().hostname, .ip = nodes.head_node().ip});
  for (const config::GB10Node& node : nodes.worker_nodes())
    site.nodes.push_back({.hostname = node.hostname, .ip = node.ip});
  return site;
}

k3s::Request make_request(const std::string& recipe, const k3s::Target& target,
                          const std::vector<std::string>& values) {
  const recipe::Catalog catalog = known_recipes();
  return {.target = target,
          .recipe = with_dedicated(
              *recipe::find_entry(catalog, recipe.empty() ? default_recipe : recipe).recipe),
          .site = this_site(),
          .choices = k3s::read_choices(config::resolve_paths(sys::environment()), values)};
}

void use_image(k3s::Request& request, const std::optional<ProgramImage>& program) {
  if (!program) return;
  const k3s::Json tag = {{"image", {{"tag", program->image.exact_tag()}}}};
  request.choices.insert(request.choices.begin(), tag);  // the user's own choice wins
}

k3s::WatchOptions watch_options(int timeout_seconds) {
  k3s::WatchOptions options;
  options.deadline = std::chrono::seconds(timeout_seconds);
  options.times = config::resolve_paths(sys::environment()).state / "k3s-times.json";
  return options;
}

k3s::Display display_of(Progress& progress) {
  return {.progress = [&](std::string_view text,
                          std::optional<double> fraction) { progress.update(text, fraction); },
          .note =
              [&](std::string_view text) {
                progress.done({});
                note(text);
              }};
}

Table addresses_table(const k3s::Status& status) {
  Table table{.titles = {}, .rows = {}};
  if (!status.model.empty())
    table.rows.push_back(
        {"model", status.context_length == 0
                      ? status.model
                      : fmt::format("{}, {} tokens", status.model, status.context_length)});
  const auto add = [&](const char* name, const std::string& url) {
    if (!url.empty()) table.rows.push_back({name, url});
  };
  add("api", status.addresses.api);
  add("proxy", status.addresses.proxy);
  add("codex proxy", status.addresses.codex_proxy);
  return table;
}

void finish_start(Cluster& cluster, const ClusterOptions& options, Progress& progress) {
  const stack::Probe probe = stack::live_probe();
  k3s::Status status = k3s::collect_status(cluster.runner(), options.target, options.given, probe);
  if (!status.addresses.api.empty()) {
    progress.update("waiting for the API");
    wait_for_api(cluster.runner(), status.addresses.api, probe);
    status = k3s::collect_status(cluster.runner(), options.target, options.given, probe);
    progress.update("warming up");
    const auto seconds = k3s::warm_up(status.addresses.api, status.model);
    progress.done({});
    note(seconds ? fmt::format("first answer after {:.1f} s", *seconds)
                 : "warning: the first answer failed: " + seconds.error());
  }
  for (const std::string& line : drift_of(status)) note("warning: " + line);
  Output().table(addresses_table(status));
}

std::vector<std::string> drift_of(const k3s::Status& status) {
  std::vector<std::string> lines;
  if (!status.container || status.recipe.empty()) return lines;
  const recipe::Catalog catalog = known_recipes();
  try {
    const recipe::Entry& entry = recipe::find_entry(catalog, status.recipe);
    const auto live = recipe::parse_container(nlohmann::json::parse(status.container->dump()));
    for (const recipe::Mismatch& mismatch :
         recipe::find_mismatches(with_dedicated(*entry.recipe), this_site(), live))
      lines.push_back(mismatch.text());
  } catch (const base::Error& error) {
    lines.push_back(error.line());
  }
  return lines;
}

void check_gpu(const k3s::Workload& workload, const recipe::Recipe& recipe) {
  const gpu::Snapshot seen = gpu::look(sys::environment());
  const gpu::Own own = own_pods(workload);
  if (auto error = gpu::refuse_if_held(seen, own)) throw *std::move(error);
  const gpu::Budget budget =
      gpu::plan_memory(seen, own, recipe.gpu_memory_utilization, recipe.tensor_parallel);
  if (auto error = gpu::refuse_if_short(budget, recipe.model_key)) throw *std::move(error);
  if (budget.verdict == gpu::Budget::Verdict::tight)
    note("warning: memory is tight: the engine " + budget.text());
}

}  // namespace cli
