#include "stack/status.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sys/clock.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace stack {
namespace {

using testing_support::Folder;

Probe probe_that_finds(Health health) {
  return {.health = [health](const std::string&) { return health; },
          .served = [](const std::string&) { return Served{"served", 4096}; }};
}

class StatusOf : public testing::Test {
 protected:
  void run(Phase phase) {
    lock_ = sys::FileLock::try_lock(files_.lock);
    State state;
    state.phase = phase;
    state.supervisor = sys::this_process();
    state.started_at = sys::now_utc();
    state.model = "asked for";
    state.context_length = 8192;
    state.api_url = "http://127.0.0.1:8010";
    state.children = {{.name = "engine", .url = state.api_url, .process = sys::this_process()}};
    save(state, files_);
  }
  Status collect(Health health = Health::ok) {
    return collect_status(paths_, probe_that_finds(health));
  }

  Folder folder_;
  config::Paths paths_{
      .data = {}, .config = {}, .state = folder_.path(), .cache = {}, .runtime = {}};
  Files files_ = files_of(paths_);
  std::optional<sys::FileLock> lock_;
};

TEST_F(StatusOf, NothingIsStopped) {
  const Status status = collect();
  EXPECT_EQ(status.phase, "stopped");
  EXPECT_FALSE(status.is_healthy());
}

TEST_F(StatusOf, ARunningStackShowsWhatIsReallyServed) {
  run(Phase::ready);
  const Status status = collect();
  EXPECT_TRUE(status.is_healthy());
  EXPECT_EQ(status.model, "served");
  EXPECT_EQ(status.context_length, 4096);
  ASSERT_EQ(status.parts.size(), 1U);
  EXPECT_EQ(status.parts[0].pid, sys::this_process().pid);
}

TEST_F(StatusOf, AStackWhosePartDoesNotAnswerIsDegradedWhateverItsFileSays) {
  run(Phase::ready);
  EXPECT_EQ(collect(Health::unreachable).phase, "degraded");
  EXPECT_EQ(collect(Health::loading).phase, "degraded");
}

TEST_F(StatusOf, AStackThatIsStillPreparedIsNotReady) {
  run(Phase::preparing);
  EXPECT_EQ(collect().phase, "preparing");
}

TEST_F(StatusOf, ADeadSupervisorIsReportedAsDead) {
  run(Phase::ready);
  lock_.reset();
  const Status status = collect();
  EXPECT_EQ(status.phase, "dead");
  EXPECT_FALSE(status.is_healthy());
  EXPECT_EQ(status.supervisor_pid, 0);
}

TEST_F(StatusOf, EverythingIsInTheJsonWithASchema) {
  run(Phase::ready);
  const auto json = to_json(collect());
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["phase"], "ready");
  EXPECT_EQ(json["healthy"], true);
  EXPECT_EQ(json["context_length"], 4096);
  EXPECT_EQ(json["parts"][0]["health"], "ok");
  EXPECT_TRUE(json["last_error"].is_null());
}

}  // namespace
}  // namespace stack
