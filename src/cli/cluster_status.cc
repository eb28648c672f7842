#include "cli/cluster_status.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cli {
namespace {

Tone tone_of_health(const std::string& health) {
  if (health == "ok") return Tone::good;
  return health == "loading" ? Tone::warning : Tone::bad;
}

Tone tone_of_phase(const k3s::Status& status) {
  if (status.is_healthy()) return Tone::good;
  return status.phase == "starting" || status.phase == "degraded" ? Tone::warning : Tone::bad;
}

Table facts_of(const k3s::Status& status) {
  Table table{.titles = {}, .rows = {}};
  const auto add = [&](const char* name, const std::string& text, Tone tone = Tone::plain) {
    if (!text.empty()) table.rows.push_back({Cell(std::string(name), Tone::faint), {text, tone}});
  };
  add("stack", status.phase, tone_of_phase(status));
  add("", status.detail);
  add("cluster",
      fmt::format("Kubernetes {}, namespace {}", status.cluster, status.target.name_space));
  add("recipe", status.recipe);
  add("model", status.model);
  if (status.context_length != 0) add("window", fmt::format("{} tokens", status.context_length));
  add("api", status.addresses.api);
  add("proxy", status.addresses.proxy);
  add("codex proxy", status.addresses.codex_proxy);
  for (const std::string& line : status.drift) add("drift", line, Tone::warning);
  return table;
}

Table parts_of(const k3s::Status& status) {
  Table table{.titles = {"part", "pods", "health", "restarts", "node"}, .rows = {}};
  for (const k3s::PartStatus& part : status.parts) {
    const bool is_whole = part.ready == part.wanted;
    table.rows.push_back(
        {part.name,
         {fmt::format("{}/{}", part.ready, part.wanted), is_whole ? Tone::plain : Tone::warning},
         part.health.empty() ? Cell("-") : Cell(part.health, tone_of_health(part.health)),
         std::to_string(part.restarts),
         part.node.empty() ? std::string("-") : part.node});
  }
  return table;
}

}  // namespace

k3s::Status read_cluster_status(Cluster& cluster, const ClusterOptions& options) {
  k3s::Status status =
      k3s::collect_status(cluster.runner(), options.target, options.given, stack::live_probe());
  status.drift = drift_of(status);
  return status;
}

int show_cluster_status(const k3s::Status& status, bool is_json) {
  Output output;
  if (is_json) {
    output.json(k3s::to_json(status));
    return status.is_healthy() ? 0 : 1;
  }
  output.table(facts_of(status));
  if (!status.parts.empty()) {
    output.line({});
    output.table(parts_of(status));
  }
  if (status.phase == "absent") note("deploy it with `autosre k3s up`");
  if (status.phase == "stopped") note("start it with `autosre start`");
  return status.is_healthy() ? 0 : 1;
}

}  // namespace cli
