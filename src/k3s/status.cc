#include "k3s/status.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace k3s {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

PartStatus part_of(const Deployment& deployment, const Workload& workload, const Rollout& rollout) {
  PartStatus part;
  part.name = deployment.name;
  part.ready = deployment.ready;
  part.wanted = deployment.wanted;
  for (const Pod& pod : workload.pods) {
    if (pod.part != deployment.name || pod.is_leaving) continue;
    part.node = pod.node;
    for (const ContainerState& container : pod.containers) part.restarts += container.restarts;
    for (const Trouble& trouble : rollout.troubles)
      if (trouble.pod == pod.name) part.trouble = trouble.what;
  }
  return part;
}

void ask(PartStatus& part, const Addresses& addresses, const stack::Probe& probe) {
  if (part.name == engine_name) part.url = addresses.api;
  if (part.name == "autosre-proxy") part.url = addresses.proxy;
  if (part.name == "autosre-codex-proxy") part.url = addresses.codex_proxy;
  if (part.url.empty() || part.ready == 0) return;
  part.health = name_of(probe.health(part.url));
}

std::string phase_of(const Status& status, const Rollout& rollout) {
  if (rollout.wanted == 0) return "stopped";
  const auto is_hopeless = [](const Trouble& t) { return t.weight == Trouble::Weight::hopeless; };
  if (std::ranges::any_of(rollout.troubles, is_hopeless)) return "failed";
  if (!rollout.is_done) return "starting";
  const bool all_answer = std::ranges::all_of(status.parts, [](const PartStatus& part) {
    return part.health.empty() || part.health == "ok";
  });
  return all_answer ? "ready" : "degraded";
}

Json part_json(const PartStatus& part) {
  return {{"name", part.name},
          {"url", text_or_null(part.url)},
          {"health", text_or_null(part.health)},
          {"ready", part.ready},
          {"wanted", part.wanted},
          {"restarts", part.restarts},
          {"node", text_or_null(part.node)},
          {"trouble", text_or_null(part.trouble)}};
}

}  // namespace

Status collect_status(Runner& runner, const Target& target, const Addresses& given,
                      const stack::Probe& probe) {
  Status status;
  status.target = target;
  status.cluster = server_version(runner);
  status.revision = newest(read_revisions(runner, target));
  status.phase = "absent";
  if (!status.revision) return status;
  const Workload workload = read_workload(runner, target);
  const Rollout rollout = judge(workload.deployments, workload.pods);
  status.addresses = addresses_of(workload.services, target, given);
  for (const Deployment& deployment : workload.deployments) {
    status.parts.push_back(part_of(deployment, workload, rollout));
    ask(status.parts.back(), status.addresses, probe);
    if (deployment.name != engine_name) continue;
    status.recipe = deployment.recipe;
    status.model = deployment.model;
    status.container = deployment.container;
  }
  status.phase = phase_of(status, rollout);
  if (status.revision->status != "deployed")
    status.detail = "the last change by helm is " + status.revision->status;
  if (!rollout.troubles.empty()) status.detail = rollout.troubles.front().what;
  if (status.phase == "ready" || status.phase == "degraded") {
    const stack::Served served = probe.served(status.addresses.api);
    if (!served.model.empty()) status.model = served.model;
    status.context_length = served.context_length;
  }
  return status;
}

Json to_json(const Status& status) {
  Json json = {
      {"schema", 1},
      {"where", "cluster"},
      {"phase", status.phase},
      {"healthy", status.is_healthy()},
      {"detail", text_or_null(status.detail)},
      {"recipe", text_or_null(status.recipe)},
      {"model", text_or_null(status.model)},
      {"context_length", status.context_length != 0 ? Json(status.context_length) : Json()},
      {"api_url", text_or_null(status.addresses.api)},
      {"proxy_url", text_or_null(status.addresses.proxy)},
      {"codex_proxy_url", text_or_null(status.addresses.codex_proxy)},
      {"namespace", status.target.name_space},
      {"revision", status.revision ? Json(status.revision->number) : Json()},
      {"cluster_version", status.cluster},
      {"parts", Json::array()},
      {"drift", status.drift}};
  for (const PartStatus& part : status.parts) json["parts"].push_back(part_json(part));
  return json;
}

}  // namespace k3s
