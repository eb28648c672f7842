// The real program with a fake engine: start, status, stop.
#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "stack/state.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/poll_until.h"
#include "sys/process.h"

namespace stack {
namespace {

using testing_support::Folder;
using testing_support::poll_until;

// Nobody else is given it while it is held; a server that reuses addresses may listen on it, until
// listen() is called here.
struct BoundPort {
  sys::Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int number = 0;

  BoundPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(socket.get(), generic, size) == 0 && getsockname(socket.get(), generic, &size) == 0)
      number = ntohs(address.sin_port);
  }
  void listen() const { ::listen(socket.get(), 1); }
};

class LocalStack : public testing::Test {
 protected:
  LocalStack() {
    sys::write_atomically(folder_ / "tiny.gguf", "GGUF");
    sys::write_atomically(folder_ / "bad.gguf", "GGUF refuse");
  }
  ~LocalStack() override { autosre({"stop"}); }

  int autosre(const std::vector<std::string>& words) {
    std::vector<std::string> argv = {AUTOSRE_BINARY};
    argv.insert(argv.end(), words.begin(), words.end());
    const std::string state = folder_.path().string();
    output_.clear();
    const auto result = sys::run(
        {.argv = argv,
         .extra_environment = {{"XDG_STATE_HOME", state},
                               {"XDG_DATA_HOME", state + "/data"},
                               {"XDG_CACHE_HOME", state + "/cache"},
                               {"XDG_CONFIG_HOME", state + "/config"},
                               {"AUTOSRE_API_PORT", std::to_string(api_port_)},
                               {"AUTOSRE_PROXY_PORT", std::to_string(proxy_port_)},
                               {"AUTOSRE_CODEX_PROXY_PORT", std::to_string(codex_proxy_port_)}}},
        [&](std::string_view line) { output_ += std::string(line) + "\n"; }, [] { return false; });
    return result.ended.signal == 0 ? result.ended.code : -result.ended.signal;
  }
  int start(const std::string& model = "tiny.gguf") {
    return autosre({"start", "--local", "--engine", AUTOSRE_SOURCE "/tests/stack/fake_engine.py",
                    "--model", (folder_ / model).string()});
  }
  State state() const { return load_state(files_).value_or(State{}); }

  Folder folder_;
  Files files_ = files_of(
      {.data = {}, .config = {}, .state = folder_ / "autosre", .cache = {}, .runtime = {}});
  std::array<BoundPort, 3> held_;
  int api_port_ = held_[0].number;
  int proxy_port_ = held_[1].number;
  int codex_proxy_port_ = held_[2].number;
  std::string output_;
};

TEST_F(LocalStack, StartsAnswersAndStopsWithoutLeavingAnything) {
  ASSERT_EQ(start(), 0) << output_;
  const State running = state();
  EXPECT_EQ(running.phase, Phase::ready);
  EXPECT_EQ(running.api_url, fmt::format("http://127.0.0.1:{}", api_port_));
  EXPECT_EQ(running.codex_proxy_url, fmt::format("http://127.0.0.1:{}", codex_proxy_port_));
  ASSERT_EQ(running.children.size(), 3U);
  for (const ChildState& child : running.children) EXPECT_TRUE(child.is_healthy) << child.name;
  ASSERT_EQ(autosre({"stop"}), 0) << output_;
  EXPECT_FALSE(sys::is_alive(running.supervisor));
  for (const ChildState& child : running.children) EXPECT_FALSE(sys::is_alive(child.process));
  EXPECT_FALSE(find_running(files_).state);
}

TEST_F(LocalStack, ASecondStartChangesNothing) {
  ASSERT_EQ(start(), 0) << output_;
  const State before = state();
  EXPECT_EQ(start(), 0) << output_;
  EXPECT_TRUE(output_.contains("already running")) << output_;
  EXPECT_EQ(state(), before);
}

TEST_F(LocalStack, ASecondStartWithAnotherModelIsRefused) {
  ASSERT_EQ(start(), 0) << output_;
  EXPECT_EQ(start("bad.gguf"), 3) << output_;
  EXPECT_TRUE(output_.contains("autosre stop")) << output_;
  EXPECT_EQ(autosre({"status"}), 0) << output_;
}

TEST_F(LocalStack, StatusTellsWhatIsServed) {
  ASSERT_EQ(start(), 0) << output_;
  EXPECT_EQ(autosre({"status", "--json"}), 0);
  const auto json = nlohmann::json::parse(output_);
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["phase"], "ready");
  EXPECT_EQ(json["model"], "tiny");
  EXPECT_EQ(json["context_length"], 4096);
  EXPECT_EQ(json["codex_proxy_url"], fmt::format("http://127.0.0.1:{}", codex_proxy_port_));
  ASSERT_EQ(json["parts"].size(), 3U);
  EXPECT_EQ(json["parts"][2]["name"], "codex-proxy");
  EXPECT_EQ(json["parts"][2]["health"], "ok");
}

TEST_F(LocalStack, StatusOfNothingIsStoppedAndFails) {
  EXPECT_EQ(autosre({"status", "--json"}), 1);
  EXPECT_TRUE(output_.contains("\"stopped\"")) << output_;
}

TEST_F(LocalStack, ATakenPortIsNamedWithItsOwner) {
  const BoundPort other;
  other.listen();
  api_port_ = other.number;
  EXPECT_EQ(start(), 3);
  EXPECT_TRUE(output_.contains(std::to_string(other.number))) << output_;
  EXPECT_TRUE(output_.contains(std::to_string(getpid()))) << output_;
  EXPECT_FALSE(find_running(files_).state);
}

TEST_F(LocalStack, TheCodexProxysPortIsAPartOfWhatIsAskedFor) {
  ASSERT_EQ(start(), 0) << output_;
  const BoundPort other;
  other.listen();
  codex_proxy_port_ = other.number;
  EXPECT_EQ(start(), 3) << output_;
  codex_proxy_port_ = proxy_port_;
  EXPECT_EQ(autosre({"stop"}), 0) << output_;
  EXPECT_EQ(start(), 2) << output_;
  EXPECT_TRUE(output_.contains("--codex-proxy-port")) << output_;
}

TEST_F(LocalStack, AnEngineThatDoesNotStayUpFailsTheStartWithItsLog) {
  EXPECT_EQ(start("bad.gguf"), 1);
  EXPECT_TRUE(output_.contains("cannot load this model")) << output_;
  EXPECT_FALSE(find_running(files_).is_held);
  EXPECT_FALSE(find_running(files_).state);
}

TEST_F(LocalStack, AFileThatIsNoModelIsRefused) {
  sys::write_atomically(folder_ / "text.gguf", "hello");
  EXPECT_EQ(start("text.gguf"), 2);
  EXPECT_TRUE(output_.contains("no GGUF file")) << output_;
}

TEST_F(LocalStack, AKilledSupervisorIsReportedAndTheNextStartWorks) {
  ASSERT_EQ(start(), 0) << output_;
  const State before = state();
  kill(before.supervisor.pid, SIGKILL);
  ASSERT_TRUE(poll_until([&] {
    return std::ranges::none_of(
        before.children, [](const ChildState& child) { return sys::is_alive(child.process); });
  }));
  EXPECT_EQ(autosre({"status", "--json"}), 1);
  EXPECT_TRUE(output_.contains("\"dead\"")) << output_;
  ASSERT_EQ(start(), 0) << output_;
  EXPECT_NE(state().supervisor, before.supervisor);
}

TEST_F(LocalStack, StopAfterAKilledSupervisorCleansUp) {
  ASSERT_EQ(start(), 0) << output_;
  kill(state().supervisor.pid, SIGKILL);
  ASSERT_TRUE(poll_until([&] { return !find_running(files_).is_held; }));
  EXPECT_EQ(autosre({"stop"}), 0) << output_;
  EXPECT_EQ(autosre({"status", "--json"}), 1);
  EXPECT_TRUE(output_.contains("\"stopped\"")) << output_;
}

TEST_F(LocalStack, StopNeverTouchesAProcessThatReusesTheSupervisorsPid) {
  const sys::ProcessId bystander = sys::spawn({.argv = {"sleep", "100"}});
  const auto lock = sys::FileLock::try_lock(files_.lock);
  State stale;
  stale.supervisor = {.pid = bystander.pid, .start_time = bystander.start_time - 1};
  save(stale, files_);
  EXPECT_EQ(autosre({"stop"}), 3) << output_;
  EXPECT_TRUE(sys::is_alive(bystander));
  sys::send_signal(bystander, SIGKILL);
  std::filesystem::remove(files_.state);
}

TEST_F(LocalStack, StartWithoutLocalSaysWhatThereIs) {
  EXPECT_EQ(autosre({"start"}), 1);
  EXPECT_TRUE(output_.contains("--local")) << output_;
}

TEST_F(LocalStack, AnUpstreamThatDoesNotAnswerIsAnError) {
  EXPECT_EQ(autosre({"start", "--local", "--upstream", "http://127.0.0.1:1"}), 1);
  EXPECT_TRUE(output_.contains("does not answer")) << output_;
  EXPECT_EQ(autosre({"start", "--local", "--upstream", "ftp://x"}), 2) << output_;
}

}  // namespace
}  // namespace stack
