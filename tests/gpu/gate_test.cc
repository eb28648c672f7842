#include "gpu/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gpu {
namespace {

using testing::HasSubstr;
using Verdict = Budget::Verdict;

constexpr std::uint64_t gib = 1ull << 30;
constexpr const char* pod = "0a1b2c3d-1111-2222-3333-444455556666";

Process computes(int pid, std::string name, std::uint64_t memory) {
  Process process{.pid = pid, .device = "GPU-a", .name = std::move(name)};
  process.memory = memory;
  return process;
}

// 120 GiB that the GPU shares with the host.
Snapshot gb10(std::uint64_t available) {
  Snapshot seen;
  seen.devices.push_back({.index = 0, .uuid = "GPU-a", .name = "NVIDIA GB10"});
  seen.host = {.total = 120 * gib, .available = available};
  return seen;
}

Snapshot card(std::uint64_t free) {
  Snapshot seen = gb10(8 * gib);
  seen.devices[0].memory_total = 24 * gib;
  seen.devices[0].memory_free = free;
  return seen;
}

std::string held_by(const Snapshot& seen, const Own& own = {}) {
  const auto refusal = refuse_if_held(seen, own);
  if (!refusal) return "";
  EXPECT_EQ(refusal->code(), base::Exit::held);
  return refusal->line();
}

TEST(GpuGate, IsOpenWhereNobodyComputes) {
  EXPECT_EQ(held_by({}), "");
  EXPECT_EQ(held_by(gb10(100 * gib)), "");
}

TEST(GpuGate, NamesTheBiggestHolderAndTheRemedy) {
  Snapshot seen = gb10(40 * gib);
  seen.processes = {computes(12, "small", gib), computes(4711, "python3", 31 * gib)};
  seen.processes[1].user = "ana";
  EXPECT_EQ(
      held_by(seen),
      "error: the GPU is in use — held by python3 (pid 4711, user ana, 31.0 GiB) and 1 more — end "
      "it (kill 4711), or start with --allow-contention");
}

TEST(GpuGate, NamesPodsAndContainers) {
  Snapshot seen = gb10(40 * gib);
  seen.processes = {computes(7, "python3", gib)};
  seen.processes[0].container = std::string(64, 'c');
  EXPECT_THAT(held_by(seen), HasSubstr("stop container cccccccccccc, or"));
  seen.processes[0].pod = pod;
  EXPECT_THAT(held_by(seen), HasSubstr(std::string("in pod ") + pod));
  EXPECT_THAT(held_by(seen), HasSubstr("scale that pod's deployment to 0"));
}

TEST(GpuGate, KnowsOurOwnEngine) {
  Snapshot seen = gb10(40 * gib);
  seen.processes = {computes(7, "VLLM::EngineCore", 80 * gib)};
  seen.processes[0].pod = pod;
  EXPECT_EQ(held_by(seen, {.pods = {pod}, .pids = {}}), "");
  EXPECT_EQ(held_by(seen, {.pods = {}, .pids = {7}}), "");
  EXPECT_NE(held_by(seen, {.pods = {"another"}, .pids = {8}}), "");
  // Ours beside another's: the other is named.
  seen.processes.push_back(computes(9, "comfyui", gib));
  EXPECT_THAT(held_by(seen, {.pods = {pod}, .pids = {}}), HasSubstr("held by comfyui (pid 9"));
}

TEST(MemoryBudget, OfUnifiedMemoryIsTheHosts) {
  EXPECT_EQ(plan_memory(gb10(100 * gib), {}, 0.70, 1).verdict, Verdict::enough);
  const Budget tight = plan_memory(gb10(86 * gib), {}, 0.70, 1);
  EXPECT_EQ(tight.verdict, Verdict::tight);
  EXPECT_EQ(tight.text(), "wants 84.0 GiB (70% of 120.0 GiB), and 86.0 GiB are available");
  EXPECT_FALSE(refuse_if_short(tight, "r"));
  const Budget small = plan_memory(gb10(60 * gib), {}, 0.70, 1);
  EXPECT_EQ(small.verdict, Verdict::too_small);
  const auto refusal = refuse_if_short(small, "qwen");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code(), base::Exit::held);
  EXPECT_EQ(
      refusal->line(),
      "error: not enough memory for qwen — it wants 84.0 GiB (70% of 120.0 GiB), and 60.0 GiB are "
      "available — end other programs, lower gpu_memory_utilization to 0.45 in a recipe of "
      "your own, or start with --allow-contention");
}

TEST(MemoryBudget, LeavesTheHostItsShare) {
  const Budget budget = plan_memory(gb10(119 * gib), {}, 0.98, 1);
  EXPECT_EQ(budget.verdict, Verdict::never);
  const auto refusal = refuse_if_short(budget, "r");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code(), base::Exit::failed);
  EXPECT_THAT(refusal->line(), HasSubstr("the host itself needs 6.0 GiB"));
}

TEST(MemoryBudget, CountsWhatOurEngineWouldGiveBack) {
  Snapshot seen = gb10(20 * gib);
  seen.processes = {computes(7, "VLLM::EngineCore", 84 * gib)};
  EXPECT_EQ(plan_memory(seen, {}, 0.70, 1).verdict, Verdict::too_small);
  EXPECT_EQ(plan_memory(seen, {.pods = {}, .pids = {7}}, 0.70, 1).verdict, Verdict::enough);
}

TEST(MemoryBudget, OfACardIsItsOwn) {
  EXPECT_EQ(plan_memory(card(24 * gib), {}, 0.90, 1).verdict, Verdict::enough);
  EXPECT_EQ(plan_memory(card(20 * gib), {}, 0.90, 1).verdict, Verdict::too_small);
  EXPECT_EQ(plan_memory(card(24 * gib), {}, 1.00, 1).verdict, Verdict::enough);
}

TEST(MemoryBudget, IsThatOfTheWorstOfTheGpusThatAreUsed) {
  Snapshot seen = card(24 * gib);
  seen.devices.push_back(seen.devices[0]);
  seen.devices[1].index = 1;
  seen.devices[1].memory_free = gib;
  EXPECT_EQ(plan_memory(seen, {}, 0.90, 1).verdict, Verdict::enough);
  EXPECT_EQ(plan_memory(seen, {}, 0.90, 2).verdict, Verdict::too_small);
}

TEST(MemoryBudget, IsUnknownWithoutAGpu) {
  const Budget budget = plan_memory({}, {}, 0.70, 1);
  EXPECT_EQ(budget.verdict, Verdict::unknown);
  EXPECT_FALSE(refuse_if_short(budget, "r"));
}

}  // namespace
}  // namespace gpu
