// The supervisor with real children, in a process of its own.
#include "stack/supervisor.h"

#include <csignal>
#include <map>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/folder.h"
#include "sys/poll_until.h"

namespace stack {
namespace {

using testing_support::Folder;
using testing_support::poll_until;

class Supervised : public testing::Test {
 protected:
  ~Supervised() override {
    if (supervisor_ <= 0) return;
    kill(supervisor_, SIGKILL);
    waitpid(supervisor_, nullptr, 0);
  }

  // Children are shell commands; healthy while the file named like them exists.
  void start(const std::vector<std::pair<std::string, std::string>>& commands) {
    for (const auto& [name, command] : commands) {
      what_.children.push_back({.name = name,
                                .argv = {"sh", "-c", command},
                                .url = (folder_ / ("healthy-" + name)).string()});
    }
    what_.files = files_;
    what_.probe = [](const std::string& file) {
      return std::filesystem::exists(file) ? Health::ok : Health::loading;
    };
    supervisor_ = fork();
    if (supervisor_ != 0) return;
    Supervisor(std::move(what_)).run();
    _exit(0);
  }
  void set_healthy(const std::string& name) {
    sys::write_atomically(folder_ / ("healthy-" + name), "");
  }
  ChildState child(size_t number) const {
    const auto state = load_state(files_);
    return state && state->children.size() > number ? state->children[number] : ChildState{};
  }
  bool runs(size_t number) const { return sys::is_alive(child(number).process); }
  Phase phase() const {
    const auto state = load_state(files_);
    return state ? state->phase : Phase::preparing;
  }
  bool stop() {
    kill(supervisor_, SIGTERM);
    int status = -1;
    const bool ended =
        poll_until([&] { return waitpid(supervisor_, &status, WNOHANG) == supervisor_; });
    if (ended) supervisor_ = 0;
    return ended && status == 0;
  }
  std::string log() const { return sys::read_file(files_.log_of("supervisor")).value_or(""); }

  Folder folder_;
  Files files_ =
      files_of({.data = {}, .config = {}, .state = folder_.path(), .cache = {}, .runtime = {}});
  Supervision what_;
  int supervisor_ = 0;
};

TEST_F(Supervised, IsReadyOnceAllChildrenAreHealthy) {
  start({{"engine", "exec sleep 100"}, {"proxy", "exec sleep 100"}});
  ASSERT_TRUE(poll_until([&] { return runs(0) && runs(1); }));
  EXPECT_EQ(phase(), Phase::starting);
  set_healthy("engine");
  ASSERT_TRUE(poll_until([&] { return child(0).is_healthy; }));
  EXPECT_EQ(phase(), Phase::starting);
  set_healthy("proxy");
  EXPECT_TRUE(poll_until([&] { return phase() == Phase::ready; }));
}

TEST_F(Supervised, AKilledChildIsStartedAgain) {
  set_healthy("engine");
  start({{"engine", "exec sleep 100"}});
  ASSERT_TRUE(poll_until([&] { return phase() == Phase::ready; }));
  const sys::ProcessId before = child(0).process;
  kill(before.pid, SIGKILL);
  ASSERT_TRUE(poll_until([&] {
    const ChildState now = child(0);
    return now.process != before && sys::is_alive(now.process);
  }));
  EXPECT_EQ(child(0).restarts, 1);
  EXPECT_EQ(child(0).last_error, "engine ended with signal 9 (Killed)");
  EXPECT_TRUE(poll_until([&] { return phase() == Phase::ready; }));
  EXPECT_TRUE(log().contains("degraded")) << log();
}

TEST_F(Supervised, AChildThatCannotBeStartedIsTriedAgainLater) {
  what_.children.push_back({.name = "engine", .argv = {"/no/such/engine"}, .url = "x"});
  start({});
  ASSERT_TRUE(poll_until([&] { return child(0).restarts >= 2; }));
  EXPECT_TRUE(child(0).last_error.contains("/no/such/engine")) << child(0).last_error;
  EXPECT_TRUE(stop());
}

TEST_F(Supervised, StoppingLeavesNothing) {
  start({{"engine", "exec sleep 100"}, {"proxy", "exec sleep 100"}});
  ASSERT_TRUE(poll_until([&] { return runs(0) && runs(1); }));
  const auto engine = child(0).process;
  const auto proxy = child(1).process;
  EXPECT_TRUE(stop());
  EXPECT_FALSE(sys::is_alive(engine));
  EXPECT_FALSE(sys::is_alive(proxy));
  EXPECT_FALSE(std::filesystem::exists(files_.state));
}

TEST_F(Supervised, TheProxyEndsBeforeTheEngine) {
  const std::string note = "trap 'echo NAME >> " + (folder_ / "order").string() +
                           "; exit 0' TERM; while :; do sleep 0.05; done";
  const auto named = [&](const std::string& name) {
    return std::string(note).replace(note.find("NAME"), 4, name);
  };
  start({{"engine", named("engine")}, {"proxy", named("proxy")}});
  ASSERT_TRUE(poll_until([&] { return runs(0) && runs(1); }));
  set_healthy("engine");
  set_healthy("proxy");
  ASSERT_TRUE(poll_until([&] { return phase() == Phase::ready; }));
  EXPECT_TRUE(stop());
  EXPECT_EQ(sys::read_file(folder_ / "order"), "proxy\nengine\n");
}

TEST_F(Supervised, AChildThatIgnoresSigtermIsKilled) {
  what_.grace = std::chrono::milliseconds(300);
  start({{"engine", "trap '' TERM; echo > " + (folder_ / "deaf").string() +
                        "; while :; do sleep 0.05; done"}});
  ASSERT_TRUE(poll_until([&] { return std::filesystem::exists(folder_ / "deaf") && runs(0); }));
  const auto engine = child(0).process;
  EXPECT_TRUE(stop());
  EXPECT_FALSE(sys::is_alive(engine));
}

TEST_F(Supervised, ChildrenDieWithAKilledSupervisor) {
  start({{"engine", "exec sleep 100"}});
  ASSERT_TRUE(poll_until([&] { return runs(0); }));
  const auto engine = child(0).process;
  kill(supervisor_, SIGKILL);
  waitpid(supervisor_, nullptr, 0);
  supervisor_ = 0;
  EXPECT_TRUE(poll_until([&] { return !sys::is_alive(engine); }));
}

TEST_F(Supervised, OutputGoesToTheChildsLog) {
  start({{"engine", "echo hello; echo bad >&2; exec sleep 100"}});
  EXPECT_TRUE(poll_until(
      [&] { return sys::read_file(files_.log_of("engine")).value_or("") == "hello\nbad\n"; }));
}

}  // namespace
}  // namespace stack
