#include "k3s/plan.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/strings.h"

namespace k3s {
namespace {

using enum Step::Kind;

constexpr const char* runtime_class = "nvidia";

Json metadata(const std::string& name, const std::string& name_space = {}) {
  Json all = {{"name", name}, {"labels", {{owner_label, owner}}}};
  if (!name_space.empty()) all["namespace"] = name_space;
  return all;
}

Step creation(Json object) {
  std::string text = "create " + name_of_object(object);
  return {.kind = create, .text = std::move(text), .object = std::move(object)};
}

Step removal(const Json& object) {
  Json named = {{"apiVersion", text_at(object, "/apiVersion")},
                {"kind", text_at(object, "/kind")},
                {"metadata", {{"name", text_at(object, "/metadata/name")}}}};
  if (const std::string space = text_at(object, "/metadata/namespace"); !space.empty())
    named["metadata"]["namespace"] = space;
  return {.kind = remove, .text = "remove " + name_of_object(object), .object = std::move(named)};
}

// The text at a pointer of any rendered pod.
bool any_pod_has(const Desired& desired, const char* pointer, const std::string& text) {
  return std::ranges::any_of(desired.objects,
                             [&](const Json& object) { return text_at(object, pointer) == text; });
}

bool refers_to(const Desired& desired, const std::string& secret) {
  return std::ranges::any_of(desired.objects, [&](const Json& object) {
    return object.dump().contains(fmt::format("\"secretKeyRef\":{{\"name\":\"{}\"", secret));
  });
}

void add_namespace(const Desired& desired, const Live& live, Plan& plan) {
  if (live.has_namespace) return;
  plan.steps.push_back(creation({{"apiVersion", "v1"},
                                 {"kind", "Namespace"},
                                 {"metadata", metadata(desired.target.name_space)}}));
}

void add_runtime_class(const Desired& desired, const Live& live, Plan& plan) {
  const bool is_asked_for =
      any_pod_has(desired, "/spec/template/spec/runtimeClassName", runtime_class);
  if (!is_asked_for || std::ranges::count(live.runtime_classes, runtime_class) != 0) return;
  plan.steps.push_back(creation({{"apiVersion", "node.k8s.io/v1"},
                                 {"kind", "RuntimeClass"},
                                 {"metadata", metadata(runtime_class)},
                                 {"handler", runtime_class}}));
}

// A Service of somebody else at one of the addresses.
void check_addresses_are_free(const Service& wanted, const Target& target, const Live& live) {
  for (const Service& other : live.services) {
    const bool is_ours = other.name_space == target.name_space && other.name == wanted.name;
    if (other.address != wanted.address || is_ours) continue;
    throw base::Error(fmt::format("the address {} of {} is taken", wanted.address, wanted.name),
                      fmt::format("the Service {}/{} has it", other.name_space, other.name),
                      "remove that Service, or choose other clusterIPs by --values",
                      base::Exit::held);
  }
}

// An address cannot be changed: such a Service is made anew.
void add_moved_service(const Service& wanted, const Target& target, const Live& live, Plan& plan) {
  for (const Service& old : live.services) {
    if (old.name_space != target.name_space || old.name != wanted.name) continue;
    if (wanted.address.empty() || old.address == wanted.address) continue;
    Step step = removal({{"apiVersion", "v1"},
                         {"kind", "Service"},
                         {"metadata", {{"name", old.name}, {"namespace", old.name_space}}}});
    step.text += fmt::format(", whose address moves from {} to {}", old.address, wanted.address);
    plan.steps.push_back(std::move(step));
  }
}

std::string listed(const std::vector<Range>& ranges) {
  std::string text;
  for (const Range& range : ranges) text += (text.empty() ? "" : ", ") + range.text();
  return text;
}

void add_range(const std::vector<uint32_t>& outside, const Live& live, Plan& plan) {
  const auto range = range_around(outside);
  const auto text = [](uint32_t address) {
    const std::string range_text = Range{.network = address, .bits = 32}.text();
    return range_text.substr(0, range_text.find('/'));
  };
  if (!live.can_add_range || !range)
    throw base::Error(
        fmt::format("the cluster's service range {} does not hold {}", listed(*live.ranges),
                    text(outside.front())),
        live.can_add_range
            ? "the pinned addresses are too far apart for one more range"
            : fmt::format("Kubernetes {} cannot add another: that needs 1.33", live.version),
        "write `service-cidr: 10.96.0.0/16` and `cluster-dns: 10.96.0.10` to "
        "/etc/rancher/k3s/config.yaml before k3s' first start, or give empty clusterIPs by "
        "--values");
  std::string name = "autosre-" + range->text();
  std::ranges::replace(name, '.', '-');
  std::ranges::replace(name, '/', '-');
  Step step = creation({{"apiVersion", "networking.k8s.io/v1"},
                        {"kind", "ServiceCIDR"},
                        {"metadata", metadata(name)},
                        {"spec", {{"cidrs", Json::array({range->text()})}}}});
  step.text += fmt::format(", because {} does not hold the pinned addresses", listed(*live.ranges));
  plan.steps.push_back(std::move(step));
}

void add_services(const Desired& desired, const Live& live, Plan& plan) {
  std::vector<uint32_t> outside;
  for (const Json& object : of_kind(desired.objects, "Service")) {
    const Service wanted = to_service(object);
    add_moved_service(wanted, desired.target, live, plan);
    if (wanted.address.empty() || wanted.address == "None") continue;
    check_addresses_are_free(wanted, desired.target, live);
    const auto address = parse_address(wanted.address);
    if (!address || !live.ranges) continue;  // the server will say what it thinks of it
    const bool is_held = std::ranges::any_of(
        *live.ranges, [&](const Range& range) { return range.holds(*address); });
    if (!is_held) outside.push_back(*address);
  }
  if (!outside.empty()) add_range(outside, live, plan);
}

const Json* find_secret(const Live& live, const std::string& name) {
  for (const Json& secret : live.secrets)
    if (text_at(secret, "/metadata/name") == name) return &secret;
  return nullptr;
}

Json secret(const std::string& name, const Target& target, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", metadata(name, target.name_space)},
          {"type", "Opaque"},
          {"stringData", {{"token", value}}}};
}

void add_secrets(const Desired& desired, const Live& live, Plan& plan) {
  if (refers_to(desired, browser_secret) && find_secret(live, browser_secret) == nullptr)
    plan.steps.push_back(creation(secret(browser_secret, desired.target, desired.browser_token)));
  if (desired.hf_token.empty()) return;
  const Json wanted = secret(token_secret, desired.target, desired.hf_token);
  const Json* const known = find_secret(live, token_secret);
  if (known == nullptr) {
    plan.steps.push_back(creation(wanted));
  } else if (base::decode_base64(text_at(*known, "/data/token")) != desired.hf_token) {
    plan.steps.push_back(
        {.kind = replace, .text = "replace " + name_of_object(wanted), .object = wanted});
  }
}

void add_release(const Desired& desired, const Live& live, Plan& plan) {
  const std::string& name = desired.target.release;
  const auto last = newest(live.revisions);
  for (const Revision& revision : live.revisions)
    if (revision.is_unfinished())
      plan.steps.push_back(
          {.kind = forget_revision,
           .text = fmt::format("forget revision {} of {}, which is {}: its helm was ended",
                               revision.number, name, revision.status),
           .object = {{"apiVersion", "v1"},
                      {"kind", "Secret"},
                      {"metadata",
                       {{"name", fmt::format("sh.helm.release.v1.{}.v{}", name, revision.number)},
                        {"namespace", desired.target.name_space}}}}});
  plan.differences = compare(desired.objects, live.objects);
  const bool is_there = last && last->status == "deployed";
  if (is_there && plan.differences.empty()) return;
  plan.steps.push_back(
      {.kind = upgrade,
       .text = fmt::format("{} the release {} with the recipe {}", is_there ? "upgrade" : "install",
                           name, desired.recipe)});
}

void warn_of_gpus(const Desired& desired, const Live& live, Plan& plan) {
  const bool asks = std::ranges::any_of(desired.objects, [](const Json& object) {
    return object.dump().contains("\"nvidia.com/gpu\"");
  });
  const bool offers = std::ranges::any_of(live.nodes, [](const Node& n) { return n.gpus > 0; });
  if (asks && !offers)
    plan.warnings.push_back(
        "no node offers nvidia.com/gpu: install NVIDIA's device plugin 0.17.4 or newer, or set "
        "vllm.gpuMode to env by --values");
}

}  // namespace

std::string_view name_of(Step::Kind kind) {
  switch (kind) {
    case create:
      return "create";
    case replace:
      return "replace";
    case remove:
      return "remove";
    case import_image:
      return "import-image";
    case forget_revision:
      return "forget-revision";
    case upgrade:
      return "upgrade";
    case uninstall:
      return "uninstall";
  }
  return "";
}

std::optional<Revision> newest(const std::vector<Revision>& revisions) {
  if (revisions.empty()) return std::nullopt;
  return *std::ranges::max_element(revisions, {}, &Revision::number);
}

Plan plan_up(const Desired& desired, const Live& live) {
  Plan plan;
  warn_of_gpus(desired, live, plan);
  add_namespace(desired, live, plan);
  add_services(desired, live, plan);
  add_runtime_class(desired, live, plan);
  add_secrets(desired, live, plan);
  add_release(desired, live, plan);
  return plan;
}

Plan plan_down(const Target& target, const Live& live) {
  Plan plan;
  if (!live.revisions.empty())
    plan.steps.push_back({.kind = uninstall, .text = "uninstall the release " + target.release});
  // The namespace last: all in it goes with it.
  for (const bool is_namespace : {false, true})
    for (const Json& object : live.owned)
      if ((text_at(object, "/kind") == "Namespace") == is_namespace)
        plan.steps.push_back(removal(object));
  return plan;
}

}  // namespace k3s
