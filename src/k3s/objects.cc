#include "k3s/objects.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/strings.h"

namespace k3s {
namespace {

// null when there is nothing.
const Json& at(const Json& object, const char* pointer) {
  static const Json nothing;
  const Json::json_pointer where(pointer);
  return object.contains(where) ? object.at(where) : nothing;
}

int number_at(const Json& object, const char* pointer, int otherwise = 0) {
  const Json& value = at(object, pointer);
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

bool is_true(const Json& object, const char* pointer) {
  const Json& value = at(object, pointer);
  return value.is_boolean() && value.get<bool>();
}

std::string entry(const Json& mapping, const std::string& key) {
  const auto found = mapping.find(key);
  return found != mapping.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The condition of that type; null when there is none.
const Json& condition(const Json& object, const std::string& type) {
  static const Json nothing;
  for (const Json& row : at(object, "/status/conditions"))
    if (entry(row, "type") == type) return row;
  return nothing;
}

std::string end_of(const Json& terminated) {
  const std::string reason = text_at(terminated, "/reason");
  if (reason.empty() && terminated.is_null()) return {};
  if (reason == "OOMKilled") return "OOMKilled: it took more memory than its limit";
  return fmt::format("{} (exit code {})", reason.empty() ? "ended" : reason,
                     number_at(terminated, "/exitCode"));
}

ContainerState to_container(const Json& status) {
  ContainerState container;
  container.name = text_at(status, "/name");
  container.is_running = !at(status, "/state/running").is_null();
  container.is_ready = is_true(status, "/ready");
  container.restarts = number_at(status, "/restartCount");
  container.waiting = text_at(status, "/state/waiting/reason");
  container.message = text_at(status, "/state/waiting/message");
  const Json& now = at(status, "/state/terminated");
  container.last_end = end_of(now.is_null() ? at(status, "/lastState/terminated") : now);
  return container;
}

}  // namespace

std::string text_at(const Json& object, const char* pointer) {
  const Json& value = at(object, pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string label_of(const Json& object, const std::string& name) {
  return entry(at(object, "/metadata/labels"), name);
}

std::vector<Json> parse_list(std::string_view text) {
  if (base::trim(text).empty()) return {};  // with --ignore-not-found
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_object()) throw base::Error("cannot read what kubectl printed", "it is not JSON");
  if (text_at(list, "/kind") != "List" && !list.contains("items")) return {list};
  const Json& items = at(list, "/items");
  return items.is_array() ? items.get<std::vector<Json>>() : std::vector<Json>();
}

std::vector<Json> of_kind(const std::vector<Json>& objects, std::string_view kind) {
  std::vector<Json> found;
  for (const Json& object : objects)
    if (text_at(object, "/kind") == kind) found.push_back(object);
  return found;
}

Deployment to_deployment(const Json& object) {
  Deployment deployment;
  deployment.name = text_at(object, "/metadata/name");
  deployment.wanted = number_at(object, "/spec/replicas", 1);
  deployment.updated = number_at(object, "/status/updatedReplicas");
  deployment.ready = number_at(object, "/status/readyReplicas");
  deployment.total = number_at(object, "/status/replicas");
  deployment.is_observed =
      number_at(object, "/status/observedGeneration") >= number_at(object, "/metadata/generation");
  deployment.has_given_up =
      text_at(condition(object, "Progressing"), "/reason") == "ProgressDeadlineExceeded";
  const Json& annotations = at(object, "/spec/template/metadata/annotations");
  deployment.recipe = entry(annotations, "autosre/recipe");
  deployment.model = entry(annotations, "autosre/model");
  if (const Json& first = at(object, "/spec/template/spec/containers/0"); first.is_object())
    deployment.container = first;
  return deployment;
}

Pod to_pod(const Json& object) {
  Pod pod;
  pod.name = text_at(object, "/metadata/name");
  pod.uid = text_at(object, "/metadata/uid");
  pod.part = label_of(object, "app.kubernetes.io/name");
  pod.phase = text_at(object, "/status/phase");
  pod.node = text_at(object, "/spec/nodeName");
  pod.is_ready = text_at(condition(object, "Ready"), "/status") == "True";
  pod.is_leaving = !text_at(object, "/metadata/deletionTimestamp").empty();
  pod.started_at = text_at(object, "/metadata/creationTimestamp");
  const Json& scheduled = condition(object, "PodScheduled");
  if (text_at(scheduled, "/reason") == "Unschedulable")
    pod.unschedulable = text_at(scheduled, "/message");
  for (const Json& status : at(object, "/status/containerStatuses"))
    pod.containers.push_back(to_container(status));
  return pod;
}

Event to_event(const Json& object) {
  Event event;
  for (const char* pointer : {"/series/lastObservedTime", "/lastTimestamp", "/eventTime",
                              "/firstTimestamp", "/metadata/creationTimestamp"})
    if (event.time.empty()) event.time = text_at(object, pointer);
  event.type = text_at(object, "/type");
  event.reason = text_at(object, "/reason");
  event.message = text_at(object, "/message");
  event.count = number_at(object, "/count", 1);
  return event;
}

Service to_service(const Json& object) {
  Service service;
  service.name_space = text_at(object, "/metadata/namespace");
  service.name = text_at(object, "/metadata/name");
  service.release = label_of(object, "app.kubernetes.io/instance");
  service.address = text_at(object, "/spec/clusterIP");
  service.port = number_at(object, "/spec/ports/0/port");
  return service;
}

Node to_node(const Json& object) {
  const std::string gpus = entry(at(object, "/status/allocatable"), "nvidia.com/gpu");
  return {.name = text_at(object, "/metadata/name"),
          .gpus = static_cast<int>(base::parse_number(gpus).value_or(0))};
}

}  // namespace k3s
