#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dedicated/apply.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace dedicated {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Share comfy{.kind = Share::Kind::deployment, .name = "media/comfyui"};
const Share ollama{.kind = Share::Kind::unit, .name = "ollama.service"};
const Share whisper{.kind = Share::Kind::container, .name = "whisper"};
const Share gone{.kind = Share::Kind::unit, .name = "gone.service"};

struct Crash {};

// A machine in memory that can break off before any change to it, or right after.
class FakeWorld final : public World {
 public:
  struct State {
    std::map<std::string, int> copies;
    std::string recipe = "qwen";
    int engine = 1;
    Raised raised;

    bool operator==(const State&) const = default;
  };

  std::optional<int> copies(const Share& share) override {
    const auto found = state.copies.find(share.text());
    if (found == state.copies.end()) return std::nullopt;
    return found->second;
  }
  void stop(const Share& share) override {
    change([&] { state.copies.at(share.text()) = 0; });
  }
  void start(const Share& share, int wanted) override {
    change([&] { state.copies.at(share.text()) = wanted; });
  }
  void deploy(const std::string& recipe, const Raised& raised) override {
    change([&] {
      state.recipe = recipe;
      state.engine = 1;
      state.raised = raised;
    });
  }
  void scale_engine(int wanted) override {
    change([&] { state.engine = wanted; });
  }
  std::string deployed_recipe() override { return state.recipe; }
  int engine_copies() override { return state.engine; }

  State state;
  int changes = 0;
  int breaks_at = -1;  // even: before change N/2, odd: after it

 private:
  template <class Do>
  void change(Do change) {
    if (breaks_at == 2 * changes) throw Crash{};
    change();
    if (breaks_at == 2 * changes + 1) throw Crash{};
    ++changes;
  }
};

class DedicatedTest : public testing::Test {
 protected:
  DedicatedTest() {
    world_.state.copies = {{comfy.text(), 2}, {ollama.text(), 1}, {whisper.text(), 0}};
    before_ = world_.state;
  }

  std::vector<std::string> on() { return run(true); }
  std::vector<std::string> off() { return run(false); }

  std::vector<std::string> run(bool is_on) {
    const auto journal = load_journal(journal_);
    const Seen seen = look(world_, config_, journal);
    const Plan plan = is_on ? plan_on(config_, journal, seen) : plan_off(journal, seen);
    warnings_ = plan.warnings;
    std::vector<std::string> done;
    apply(plan, world_, journal_, [&](std::string_view step) { done.emplace_back(step); });
    return done;
  }

  // False when the world was asked for fewer changes than that.
  bool breaks(bool is_on, int at) {
    world_.changes = 0;
    world_.breaks_at = at;
    bool is_broken = false;
    try {
      run(is_on);
    } catch (const Crash&) {
      is_broken = true;
    }
    world_.breaks_at = -1;
    return is_broken;
  }

  void expect_alone() {
    for (const auto& [name, copies] : world_.state.copies) EXPECT_EQ(copies, 0) << name;
    EXPECT_EQ(world_.state.engine, 1);
    EXPECT_EQ(world_.state.raised, config_.raised);
  }
  void expect_restored() {
    EXPECT_EQ(world_.state, before_);
    EXPECT_FALSE(std::filesystem::exists(journal_));
  }

  testing_support::Folder folder_;
  std::filesystem::path journal_ = folder_.path() / "state/dedicated.json";
  Config config_{.shares = {comfy, ollama, whisper},
                 .raised = {.gpu_memory_utilization = 0.85, .max_num_seqs = 16}};
  FakeWorld world_;
  FakeWorld::State before_;
  std::vector<std::string> warnings_;
};

TEST_F(DedicatedTest, StopsWhatRunsAndRestoresItExactly) {
  EXPECT_THAT(on(), ElementsAre("write down what runs now, to restore it",
                                "stop deployment media/comfyui", "stop unit ollama.service",
                                "deploy qwen with gpu_memory_utilization 0.85, max_num_seqs 16",
                                "note that the model has the GPU to itself"));
  expect_alone();
  EXPECT_THAT(off(), ElementsAre("note that it is given back", "deploy qwen with its own values",
                                 "start deployment media/comfyui with 2 replicas",
                                 "start unit ollama.service", "forget what was written down"));
  expect_restored();
}

TEST_F(DedicatedTest, ChangesNothingTheSecondTime) {
  on();
  EXPECT_THAT(on(), IsEmpty());
  expect_alone();
  off();
  EXPECT_THAT(off(), IsEmpty());
  expect_restored();
}

TEST_F(DedicatedTest, IsTakenUpWhereverItBrokeOff) {
  int crashes = 0;
  for (int at = 0; breaks(true, at); ++at, ++crashes) {
    on();  // goes on
    expect_alone();
    off();
    expect_restored();
  }
  EXPECT_EQ(crashes, 6);  // two stops and a deployment, before and after each
}

TEST_F(DedicatedTest, IsGivenBackWhereverItBrokeOff) {
  for (int at = 0; breaks(true, at); ++at) {
    off();
    expect_restored();
  }
  off();
  int crashes = 0;
  for (int at = 0;; ++at, ++crashes) {
    on();
    if (!breaks(false, at)) break;
    off();
    expect_restored();
  }
  EXPECT_EQ(crashes, 6);
  expect_restored();
}

TEST_F(DedicatedTest, SurvivesACrashOnTheWayBackAndThenOnceMore) {
  for (int first = 0; first < 6; ++first)
    for (int second = 0; second < 6; ++second) {
      on();
      breaks(false, first);
      breaks(true, second);
      breaks(false, second);
      off();
      expect_restored();
    }
}

TEST_F(DedicatedTest, LeavesAnEngineStoppedThatDidNotRun) {
  world_.state.engine = 0;
  before_ = world_.state;
  on();
  expect_alone();
  off();
  expect_restored();
}

TEST_F(DedicatedTest, TakesWhatTheConfigurationLearnsMeanwhile) {
  config_.shares = {comfy};
  on();
  EXPECT_EQ(world_.state.copies.at(ollama.text()), 1);
  config_.shares = {ollama, gone};
  on();
  EXPECT_THAT(warnings_, ElementsAre("there is no unit gone.service"));
  expect_alone();
  // Also what it has forgotten since.
  config_.shares = {};
  off();
  expect_restored();
}

TEST_F(DedicatedTest, RestoresTheRestWhereSomethingIsGone) {
  on();
  world_.state.copies.erase(comfy.text());
  world_.state.recipe.clear();
  off();
  EXPECT_THAT(warnings_, ElementsAre("the engine is deployed no more",
                                     "there is no deployment media/comfyui any more"));
  EXPECT_EQ(world_.state.copies.at(ollama.text()), 1);
  EXPECT_FALSE(std::filesystem::exists(journal_));
}

TEST_F(DedicatedTest, IsRefusedWhereNothingIsDeployed) {
  world_.state.recipe.clear();
  EXPECT_THROW(on(), base::Error);
  EXPECT_EQ(world_.state.copies, before_.copies);
}

TEST_F(DedicatedTest, DoesNothingOnAJournalThatIsDamaged) {
  on();
  sys::write_atomically(journal_, "{");
  EXPECT_THROW(off(), base::Error);
  EXPECT_THROW(on(), base::Error);
  expect_alone();
}

}  // namespace
}  // namespace dedicated
