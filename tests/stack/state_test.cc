#include "stack/state.h"

#include <gtest/gtest.h>

#include "stack/times.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace stack {
namespace {

using testing_support::Folder;

State example() {
  State state;
  state.phase = Phase::degraded;
  state.detail = "waiting";
  state.supervisor = {.pid = 12, .start_time = 345678901234LL};
  state.started_at = "2026-11-22T05:34:00Z";
  state.model = "small";
  state.model_path = "/models/small.gguf";
  state.context_length = 8192;
  state.api_url = "http://127.0.0.1:8010";
  state.proxy_url = "http://127.0.0.1:8011";
  state.codex_proxy_url = "http://127.0.0.1:8012";
  state.children = {{.name = "engine",
                     .url = "http://127.0.0.1:8010",
                     .process = {.pid = 13, .start_time = 99},
                     .started_at = "2026-11-22T05:34:01Z",
                     .restarts = 2,
                     .is_healthy = true,
                     .last_error = "engine ended with exit code 1"}};
  state.last_error = "engine ended with exit code 1";
  return state;
}

TEST(State, SurvivesBeingWrittenAndRead) {
  const auto read = decode_state(encode(example()));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, example());
}

TEST(State, OfEveryPhaseSurvives) {
  for (const Phase phase :
       {Phase::preparing, Phase::starting, Phase::ready, Phase::degraded, Phase::stopping}) {
    State state = example();
    state.phase = phase;
    EXPECT_EQ(decode_state(encode(state))->phase, phase) << name_of(phase);
  }
}

TEST(State, PassesOverUnknownFields) {
  const auto read = decode_state(R"({"schema":2,"new":[1],"supervisor":{"pid":3,"x":1}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->supervisor.pid, 3);
}

TEST(State, ThatIsNotOursIsAnError) {
  EXPECT_FALSE(decode_state(""));
  EXPECT_FALSE(decode_state("{"));
  EXPECT_FALSE(decode_state("[]"));
  EXPECT_FALSE(decode_state("{}"));
  EXPECT_FALSE(decode_state(R"({"supervisor":{"pid":"x"}})"));
}

TEST(State, WithBytesThatAreNoUtf8IsWrittenAllTheSame) {
  State state = example();
  state.last_error = "broken \xff name";
  EXPECT_TRUE(decode_state(encode(state)));
}

class Running : public testing::Test {
 protected:
  Folder folder_;
  Files files_ =
      files_of({.data = {}, .config = {}, .state = folder_.path(), .cache = {}, .runtime = {}});
};

TEST_F(Running, IsNothingWithoutFiles) {
  const Found found = find_running(files_);
  EXPECT_FALSE(found.state || found.is_held || found.is_ours);
}

TEST_F(Running, IsOursWhenTheLockIsHeldAndTheSupervisorLives) {
  const auto lock = sys::FileLock::try_lock(files_.lock);
  State state = example();
  state.supervisor = sys::this_process();
  save(state, files_);
  EXPECT_TRUE(find_running(files_).is_ours);
}

TEST_F(Running, IsNotOursWithoutTheLock) {
  State state = example();
  state.supervisor = sys::this_process();
  save(state, files_);
  EXPECT_FALSE(find_running(files_).is_ours);
}

TEST_F(Running, IsNotOursWhenThePidWasUsedAgain) {
  const auto lock = sys::FileLock::try_lock(files_.lock);
  State state = example();
  state.supervisor = sys::this_process();
  state.supervisor.start_time -= 1;
  save(state, files_);
  const Found found = find_running(files_);
  EXPECT_TRUE(found.is_held);
  EXPECT_FALSE(found.is_ours);
}

TEST(Times, AreRememberedByPhase) {
  const Folder folder;
  EXPECT_EQ(last_time(folder / "times", "load a"), std::nullopt);
  record_time(folder / "times", "load a", 12.34);
  record_time(folder / "times", "load b", 1);
  EXPECT_EQ(last_time(folder / "times", "load a"), 12.3);
}

TEST(Times, ADamagedFileIsAsGoodAsNone) {
  const Folder folder;
  sys::write_atomically(folder / "times", "{oops");
  EXPECT_EQ(last_time(folder / "times", "load a"), std::nullopt);
  record_time(folder / "times", "load a", 2);
  EXPECT_EQ(last_time(folder / "times", "load a"), 2);
}

}  // namespace
}  // namespace stack
