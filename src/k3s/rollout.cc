#include "k3s/rollout.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace k3s {
namespace {

using enum Trouble::Weight;

constexpr int hopeless_restarts = 2;

struct Known {
  std::string_view reason;
  Trouble::Weight weight;
  const char* next;
};

constexpr const char* fix_image = "check the image's name, or that the node reaches its registry";
// What the kubelet says of a container that waits.
constexpr std::array known = {
    Known{"ErrImagePull", passing, fix_image},
    Known{"ImagePullBackOff", passing, fix_image},
    Known{"InvalidImageName", hopeless, fix_image},
    Known{"ErrImageNeverPull", hopeless,
          "give k3s the program's image: `sudo autosre k3s image --import`"},
    Known{"CreateContainerConfigError", passing, "check that the Secret that it names exists"},
    Known{"CreateContainerError", passing, "read the events"},
    Known{"RunContainerError", passing, "read the events"},
};

Trouble unschedulable(const Pod& pod) {
  const bool lacks_gpu = pod.unschedulable.contains("nvidia.com/gpu");
  return {.pod = pod.name,
          .what = fmt::format("{}: no node takes it: {}", pod.name, pod.unschedulable),
          .next = lacks_gpu ? "free the GPU, or install NVIDIA's device plugin 0.17.4 or newer "
                              "(without one: vllm.gpuMode: env)"
                            : "make room, or change what the chart asks for by --values",
          .weight = passing};
}

void add_container(const Pod& pod, const ContainerState& container, Rollout& rollout) {
  const bool is_looping = container.waiting == "CrashLoopBackOff" || !container.is_running;
  if (is_looping && container.restarts >= hopeless_restarts) {
    rollout.troubles.push_back(
        {.pod = pod.name,
         .what = fmt::format("{} ended {} times: {}", pod.name, container.restarts,
                             container.last_end.empty() ? "why is not known" : container.last_end),
         .next = "read `autosre k3s logs --previous`, then try again",
         .weight = hopeless});
    return;
  }
  const auto* const row = std::ranges::find(known, container.waiting, &Known::reason);
  if (row == known.end()) return;
  const std::string more = container.message.empty() ? "" : ": " + container.message;
  rollout.troubles.push_back({.pod = pod.name,
                              .what = fmt::format("{}: {}{}", pod.name, container.waiting, more),
                              .next = row->next,
                              .weight = row->weight});
}

void add_pod(const Pod& pod, Rollout& rollout) {
  if (!pod.unschedulable.empty() && pod.node.empty())
    rollout.troubles.push_back(unschedulable(pod));
  for (const ContainerState& container : pod.containers) add_container(pod, container, rollout);
  if (pod.part != engine_name) return;
  rollout.engine_pod = pod.name;
  rollout.is_engine_ready = pod.is_ready;
  rollout.is_engine_running = std::ranges::any_of(pod.containers, &ContainerState::is_running);
}

bool is_up(const Deployment& deployment) {
  return deployment.is_observed && deployment.updated == deployment.wanted &&
         deployment.ready == deployment.wanted && deployment.total == deployment.wanted;
}

}  // namespace

Rollout judge(const std::vector<Deployment>& deployments, const std::vector<Pod>& pods) {
  Rollout rollout;
  for (const Deployment& deployment : deployments) {
    rollout.wanted += deployment.wanted;
    rollout.ready += std::min(deployment.ready, deployment.wanted);
    if (!is_up(deployment)) rollout.missing.push_back(deployment.name);
    if (deployment.has_given_up)
      rollout.troubles.push_back({.pod = {},
                                  .what = deployment.name + " made no progress in its time",
                                  .next = "read `autosre k3s logs`, then try again",
                                  .weight = hopeless});
  }
  bool is_leaving = false;
  for (const Pod& pod : pods) {
    is_leaving = is_leaving || pod.is_leaving || rollout.wanted == 0;
    if (!pod.is_leaving) add_pod(pod, rollout);
  }
  rollout.is_done = rollout.missing.empty() && !is_leaving;
  return rollout;
}

}  // namespace k3s
