#include "k3s/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k3s/explain.h"
#include "k3s/watch.h"

namespace k3s {
namespace {

using testing::HasSubstr;

Deployment deployment(const char* name, int wanted, int ready) {
  Deployment result;
  result.name = name;
  result.wanted = wanted;
  result.updated = result.total = wanted;
  result.ready = ready;
  result.is_observed = true;
  return result;
}

Pod pod(const char* part, ContainerState container) {
  Pod result;
  result.name = std::string(part) + "-x";
  result.part = part;
  result.node = "n";
  result.containers = {std::move(container)};
  return result;
}

TEST(Rollout, IsDoneWhenAllOfTheNewestAreReady) {
  EXPECT_TRUE(judge({deployment("a", 1, 1)}, {}).is_done);
  EXPECT_FALSE(judge({deployment("a", 1, 0)}, {}).is_done);
  Deployment unseen = deployment("a", 1, 1);
  unseen.is_observed = false;
  EXPECT_FALSE(judge({unseen}, {}).is_done);
  Deployment old = deployment("a", 1, 1);
  old.updated = 0;
  EXPECT_FALSE(judge({old}, {}).is_done);
}

TEST(Rollout, IsNotDoneWhilePodsAreLeaving) {
  Pod leaving = pod("a", {.name = "c"});
  leaving.is_leaving = true;
  EXPECT_FALSE(judge({deployment("a", 1, 1)}, {leaving}).is_done);
  EXPECT_FALSE(judge({deployment("a", 0, 0)}, {pod("a", {.name = "c"})}).is_done);
  EXPECT_TRUE(judge({deployment("a", 0, 0)}, {}).is_done);
}

TEST(Rollout, GivesUpOnAPodThatEndsAgainAndAgain) {
  const Rollout rollout =
      judge({deployment("a", 1, 0)}, {pod("a", {.name = "c",
                                                .restarts = 2,
                                                .waiting = "CrashLoopBackOff",
                                                .last_end = "Error (exit code 1)"})});
  ASSERT_EQ(rollout.troubles.size(), 1U);
  EXPECT_EQ(rollout.troubles[0].weight, Trouble::Weight::hopeless);
  EXPECT_EQ(rollout.troubles[0].what, "a-x ended 2 times: Error (exit code 1)");
}

TEST(Rollout, IsPatientWithTheFirstRestartAndARegistry) {
  const Rollout first =
      judge({deployment("a", 1, 0)},
            {pod("a", {.name = "c", .restarts = 1, .waiting = "CrashLoopBackOff"})});
  EXPECT_TRUE(first.troubles.empty());
  const Rollout pulling =
      judge({deployment("a", 1, 0)}, {pod("a", {.name = "c", .waiting = "ImagePullBackOff"})});
  ASSERT_EQ(pulling.troubles.size(), 1U);
  EXPECT_EQ(pulling.troubles[0].weight, Trouble::Weight::passing);
}

TEST(Rollout, TellsWhatIsMissingOfAGpu) {
  Pod waiting = pod("autosre-vllm-local", {.name = "vllm"});
  waiting.node.clear();
  waiting.unschedulable = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.";
  const Rollout rollout = judge({deployment("autosre-vllm-local", 1, 0)}, {waiting});
  ASSERT_EQ(rollout.troubles.size(), 1U);
  EXPECT_THAT(rollout.troubles[0].next, HasSubstr("device plugin"));
}

TEST(RolloutLine, TellsPhaseShareAndTheTimeOfTheLastRun) {
  Pod loading = pod("autosre-vllm-local", {.name = "vllm", .is_running = true});
  const Rollout rollout =
      judge({deployment("autosre-vllm-local", 1, 0), deployment("autosre-proxy", 1, 1)}, {loading});
  const EngineProgress engine{.phase = Phase::weights, .fraction = 0.67};
  EXPECT_EQ(describe(rollout, engine, 80, 320).text,
            "1 of 2 pods ready, loading weights 67%, 80 s of about 320 s");
  EXPECT_EQ(describe(rollout, engine, 80, 320).fraction, 0.25);
  EXPECT_EQ(describe(rollout, engine, 80, std::nullopt).text,
            "1 of 2 pods ready, loading weights 67%");
  EXPECT_EQ(describe(rollout, engine, 900, 320).fraction, 0.99);
}

TEST(Evidence, ShowsTheLastEventsAndTheEndOfTheLog) {
  std::vector<Event> events(
      8, {.time = {}, .type = "Warning", .reason = "BackOff", .message = "again"});
  events.back().count = 4;
  const std::string text = render_evidence(events, "one\ntwo\n");
  EXPECT_THAT(text, HasSubstr("  Warning BackOff: again (4 times)\n"));
  EXPECT_THAT(text, HasSubstr("the end of its log:\n  one\n  two\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 6 + 1 + 2);
  EXPECT_THAT(render_evidence({}, ""), HasSubstr("(none)"));
}

}  // namespace
}  // namespace k3s
