#include "k3s/scale.h"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

#include "base/error.h"

namespace k3s {
namespace {

constexpr int interval_ms = 300;

bool is_engine(std::string_view name) {
  return name.starts_with("autosre-vllm");
}

void scale(Runner& runner, const Target& target, const std::vector<std::string>& names,
           int replicas) {
  if (names.empty()) return;
  std::vector<std::string> arguments = {"scale", "deployment", "-n", target.name_space,
                                        fmt::format("--replicas={}", replicas)};
  arguments.insert(arguments.end(), names.begin(), names.end());
  const Answer answer =
      runner.run({.arguments = std::move(arguments), .can_be_interrupted = false});
  if (!answer.is_ok()) fail(answer, "cannot scale the deployments");
}

bool has_proxies(const Workload& workload) {
  return std::ranges::any_of(workload.pods, [](const Pod& pod) { return !is_engine(pod.part); });
}

void wait_for_proxies(Runner& runner, const Target& target, const WatchOptions& options,
                      const Display& display) {
  const auto end = std::chrono::steady_clock::now() + options.deadline;
  while (has_proxies(read_workload(runner, target))) {
    if (runner.is_interrupted()) throw Interrupted{};
    if (std::chrono::steady_clock::now() > end)
      throw base::Error("the proxies do not end", {}, "see `kubectl get pods`");
    display.progress("waiting for open answers to end", std::nullopt);
    poll(nullptr, 0, interval_ms);
  }
}

std::vector<std::string> names_at(const Workload& workload, bool are_at_zero, bool are_engines) {
  std::vector<std::string> names;
  for (const Deployment& deployment : workload.deployments)
    if ((deployment.wanted == 0) == are_at_zero && is_engine(deployment.name) == are_engines)
      names.push_back(deployment.name);
  return names;
}

}  // namespace

bool scale_up(Runner& runner, const Target& target, const Workload& workload) {
  std::vector<std::string> names = names_at(workload, true, true);
  const std::vector<std::string> others = names_at(workload, true, false);
  names.insert(names.end(), others.begin(), others.end());
  scale(runner, target, names, 1);
  return !names.empty();
}

bool scale_down(Runner& runner, const Target& target, const Workload& workload,
                const WatchOptions& options, const Display& display) {
  const std::vector<std::string> proxies = names_at(workload, false, false);
  const std::vector<std::string> engines = names_at(workload, false, true);
  if (proxies.empty() && engines.empty() && workload.pods.empty()) return false;
  scale(runner, target, proxies, 0);
  wait_for_proxies(runner, target, options, display);
  scale(runner, target, engines, 0);
  watch_rollout(runner, target, options, display);
  return true;
}

}  // namespace k3s
