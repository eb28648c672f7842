#include "k3s/live.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/strings.h"

namespace k3s {
namespace {

// Kinds that the chart renders; ServiceMonitor only where the cluster knows it.
constexpr const char* chart_kinds =
    "deployments,services,networkpolicies,persistentvolumeclaims,configmaps,priorityclasses,"
    "poddisruptionbudgets";
constexpr const char* owned_kinds = "namespaces,runtimeclasses,secrets";
// A command must not hang on a machine that does not answer.
constexpr const char* patience = "--request-timeout=20s";

std::vector<Json> get(Runner& runner, std::vector<std::string> arguments, const std::string& what) {
  arguments.insert(arguments.begin(), {"get", patience, "-o", "json"});
  return parse_list(kubectl(runner, std::move(arguments), what));
}

// Objects whose kind the server may not know: nullopt when it does not.
std::optional<std::vector<Json>> get_if_known(Runner& runner, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"get", patience, "-o", "json"});
  const Answer answer = runner.run({.arguments = std::move(arguments)});
  if (answer.is_ok()) return parse_list(answer.out);
  if (answer.err.contains("doesn't have a resource type")) return std::nullopt;
  fail(answer, "cannot ask the cluster");
}

std::vector<Range> ranges_of(const std::vector<Json>& objects) {
  std::vector<Range> ranges;
  for (const Json& object : objects) {
    if (!object.contains(Json::json_pointer("/spec/cidrs"))) continue;
    for (const Json& text : object["spec"]["cidrs"])
      if (const auto range = parse_range(text.is_string() ? text.get<std::string>() : ""))
        ranges.push_back(*range);
  }
  return ranges;
}

// A server without ServiceCIDR objects tells its range when it refuses an address, here one that
// belongs to no network.
std::optional<std::vector<Range>> ranges_by_refusal(Runner& runner) {
  const Json probe = {{"apiVersion", "v1"},
                      {"kind", "Service"},
                      {"metadata", {{"name", "autosre-range"}, {"namespace", "default"}}},
                      {"spec", {{"clusterIP", "192.0.2.1"}, {"ports", {{{"port", 1}}}}}}};
  const Answer answer = runner.run(
      {.arguments = {"create", patience, "--dry-run=server", "-f", "-"}, .input = probe.dump()});
  auto ranges = ranges_named_in(answer.err);
  if (ranges.empty()) return std::nullopt;
  return ranges;
}

void keep(const Json& object, const Target& target, Live& live) {
  const std::string kind = text_at(object, "/kind");
  const std::string name = text_at(object, "/metadata/name");
  if (kind == "Service") live.services.push_back(to_service(object));
  if (kind == "Node") live.nodes.push_back(to_node(object));
  if (kind == "RuntimeClass") live.runtime_classes.push_back(name);
  if (kind == "Namespace" && name == target.name_space) live.has_namespace = true;
}

void read_ranges(Runner& runner, Live& live) {
  const auto objects = get_if_known(runner, {"servicecidrs.networking.k8s.io"});
  live.can_add_range = objects.has_value();
  if (!objects) {
    live.ranges = ranges_by_refusal(runner);
    return;
  }
  live.ranges = ranges_of(*objects);
  for (const Json& object : *objects)
    if (label_of(object, owner_label) == owner) live.owned.push_back(object);
}

}  // namespace

std::string selector_of(const Target& target) {
  return "app.kubernetes.io/instance=" + target.release;
}

std::string server_version(Runner& runner) {
  const std::string text =
      kubectl(runner, {"version", patience, "-o", "json"}, "cannot ask the cluster");
  const Json version = Json::parse(text, nullptr, false);
  return text_at(version, "/serverVersion/gitVersion");
}

Live read_live(Runner& runner, const Target& target) {
  Live live;
  live.version = server_version(runner);
  for (const Json& object :
       get(runner, {"namespaces,nodes,runtimeclasses,services", "-A"}, "cannot read the cluster"))
    keep(object, target, live);
  live.owned =
      get(runner,
          {owned_kinds, "-n", target.name_space, "-l", fmt::format("{}={}", owner_label, owner)},
          "cannot read what is there");
  std::erase_if(live.owned, [&](const Json& object) {
    return text_at(object, "/kind") == "Namespace" &&
           text_at(object, "/metadata/name") != target.name_space;
  });
  read_ranges(runner, live);
  const auto monitors = get_if_known(runner, {"servicemonitors.monitoring.coreos.com", "-n",
                                              target.name_space, "-l", selector_of(target)});
  live.has_monitoring = monitors.has_value();
  if (!live.has_namespace) return live;
  live.revisions = read_revisions(runner, target);
  live.objects = get(runner, {chart_kinds, "-n", target.name_space, "-l", selector_of(target)},
                     "cannot read the release's objects");
  if (monitors) live.objects.insert(live.objects.end(), monitors->begin(), monitors->end());
  live.secrets =
      get(runner,
          {"secrets", token_secret, browser_secret, "-n", target.name_space, "--ignore-not-found"},
          "cannot read the Secrets");
  return live;
}

Workload read_workload(Runner& runner, const Target& target) {
  Workload workload;
  for (const Json& object :
       get(runner,
           {"deployments,pods,services", "-n", target.name_space, "-l", selector_of(target)},
           "cannot read the deployments")) {
    const std::string kind = text_at(object, "/kind");
    if (kind == "Deployment") workload.deployments.push_back(to_deployment(object));
    if (kind == "Pod") workload.pods.push_back(to_pod(object));
    if (kind == "Service") workload.services.push_back(to_service(object));
  }
  return workload;
}

std::vector<Revision> read_revisions(Runner& runner, const Target& target) {
  const std::string text = kubectl(
      runner,
      {"get", "secrets", patience, "-n", target.name_space, "-l",
       "owner=helm,name=" + target.release, "-o",
       R"(jsonpath={range .items[*]}{.metadata.labels.version} {.metadata.labels.status}{"\n"}{end})"},
      "cannot read the release");
  std::vector<Revision> revisions;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto words = base::split(line, ' ');
    const auto number = base::parse_number(words.front());
    if (words.size() == 2 && number)
      revisions.push_back({.number = static_cast<int>(*number), .status = std::string(words[1])});
  }
  return revisions;
}

bool has_release(Runner& runner, const Target& target) {
  const Answer answer =
      runner.run({.arguments = {"get", "deployments", "--request-timeout=5s", "-n",
                                target.name_space, "-l", selector_of(target), "-o", "name"}});
  return answer.is_ok() && !base::trim(answer.out).empty();
}

std::vector<Event> read_events(Runner& runner, const Target& target, const std::string& name) {
  std::vector<Event> events;
  for (const Json& object :
       get(runner,
           {"events", "-n", target.name_space, "--field-selector", "involvedObject.name=" + name},
           "cannot read the events"))
    events.push_back(to_event(object));
  std::ranges::sort(events, {}, &Event::time);
  return events;
}

}  // namespace k3s
