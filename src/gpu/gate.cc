#include "gpu/gate.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gpu {
namespace {

constexpr const char* contention = "or start with --allow-contention";
constexpr double least_share = 0.1;  // no engine runs in less

// "python3 (pid 4711, user ana, 31.2 GiB)".
std::string describe(const Process& process) {
  std::vector<std::string> facts = {fmt::format("pid {}", process.pid)};
  if (!process.user.empty()) facts.push_back("user " + process.user);
  if (!process.pod.empty()) facts.push_back("in pod " + process.pod);
  if (process.memory) facts.push_back(render_gib(*process.memory));
  return fmt::format("{} ({})", process.name.empty() ? "a process" : process.name,
                     fmt::join(facts, ", "));
}

std::string remedy_for(const Process& process) {
  if (!process.pod.empty()) return fmt::format("scale that pod's deployment to 0, {}", contention);
  if (!process.container.empty())
    return fmt::format("stop container {}, {}", process.container.substr(0, 12), contention);
  return fmt::format("end it (kill {}), {}", process.pid, contention);
}

std::uint64_t held_by_us(const Snapshot& seen, const Own& own, const Device& device) {
  std::uint64_t held = 0;
  for (const Process& process : seen.processes)
    if (process.device == device.uuid && is_ours(process, own)) held += process.memory.value_or(0);
  return held;
}

Budget budget_of(const Snapshot& seen, const Own& own, const Device& device, double utilisation) {
  Budget budget{.is_unified = device.is_unified()};
  budget.total = device.memory_total.value_or(seen.host.total);
  const std::uint64_t free =
      budget.is_unified ? seen.host.available : device.memory_free.value_or(0);
  budget.available = std::min(free + held_by_us(seen, own, device), budget.total);
  budget.wanted = static_cast<std::uint64_t>(utilisation * static_cast<double>(budget.total));
  // The engine's share is of the whole, so only the host's own needs can make it impossible.
  const std::uint64_t reserve = budget.is_unified ? host_reserve : 0;
  if (budget.total == 0)
    budget.verdict = Budget::Verdict::unknown;
  else if (budget.wanted + reserve > budget.total)
    budget.verdict = Budget::Verdict::never;
  else if (budget.wanted > budget.available)
    budget.verdict = Budget::Verdict::too_small;
  else
    budget.verdict = budget.wanted + reserve > budget.available ? Budget::Verdict::tight
                                                                : Budget::Verdict::enough;
  return budget;
}

int severity(const Budget& budget) {
  switch (budget.verdict) {
    case Budget::Verdict::never:
      return 4;
    case Budget::Verdict::too_small:
      return 3;
    case Budget::Verdict::tight:
      return 2;
    case Budget::Verdict::unknown:
      return 1;
    case Budget::Verdict::enough:
      break;
  }
  return 0;
}

// Rounded down to what would have fitted.
double fitting(const Budget& budget) {
  const std::uint64_t reserve = budget.is_unified ? host_reserve : 0;
  const std::uint64_t room = budget.available > reserve ? budget.available - reserve : 0;
  const auto percent =
      static_cast<int>(100 * static_cast<double>(room) / static_cast<double>(budget.total));
  return percent / 100.0;
}

}  // namespace

bool is_ours(const Process& process, const Own& own) {
  return own.pids.contains(process.pid) || (!process.pod.empty() && own.pods.contains(process.pod));
}

std::optional<base::Error> refuse_if_held(const Snapshot& seen, const Own& own) {
  std::vector<Process> others;
  for (const Process& process : seen.processes)
    if (!is_ours(process, own)) others.push_back(process);
  if (others.empty()) return std::nullopt;
  std::ranges::sort(others, std::greater(),
                    [](const Process& process) { return process.memory.value_or(0); });
  std::string who = describe(others.front());
  if (others.size() > 1) who += fmt::format(" and {} more", others.size() - 1);
  return base::Error("the GPU is in use", "held by " + who, remedy_for(others.front()),
                     base::Exit::held);
}

std::string Budget::text() const {
  const double share = total == 0 ? 0 : static_cast<double>(wanted) / static_cast<double>(total);
  return fmt::format("wants {} ({:.0f}% of {}), and {} are available", render_gib(wanted),
                     100 * share, render_gib(total), render_gib(available));
}

Budget plan_memory(const Snapshot& seen, const Own& own, double utilisation, int gpus) {
  Budget worst;
  bool is_first = true;
  for (const Device& device : seen.devices) {
    if (device.index >= gpus) continue;
    const Budget budget = budget_of(seen, own, device, utilisation);
    if (is_first || severity(budget) > severity(worst)) worst = budget;
    is_first = false;
  }
  return worst;
}

std::optional<base::Error> refuse_if_short(const Budget& budget, std::string_view recipe) {
  const bool is_never = budget.verdict == Budget::Verdict::never;
  if (!is_never && budget.verdict != Budget::Verdict::too_small) return std::nullopt;
  const std::string what = fmt::format("not enough memory for {}", recipe);
  if (is_never)
    return base::Error(
        what,
        fmt::format("it {}, and the host itself needs {}", budget.text(), render_gib(host_reserve)),
        "lower gpu_memory_utilization in a recipe of your own");
  std::string remedy = "end other programs, ";
  if (const double share = fitting(budget); share >= least_share)
    remedy +=
        fmt::format("lower gpu_memory_utilization to {:.2f} in a recipe of your own, ", share);
  return base::Error(what, "it " + budget.text(), remedy + contention, base::Exit::held);
}

std::string render_gib(std::uint64_t bytes) {
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1ull << 30));
}

}  // namespace gpu
