#include "sys/process.h"

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/poll_until.h"
#include "sys/signals.h"

namespace sys {
namespace {

using testing_support::Folder;
using testing_support::poll_until;

const auto never = [] { return false; };
const auto ignore_lines = [](std::string_view) {};

Ended wait_for_end(int pid) {
  std::optional<Ended> ended;
  poll_until([&] { return (ended = reap(pid)).has_value(); });
  return ended.value_or(Ended{});
}

TEST(Process, HandsOutLinesOfBothStreams) {
  std::vector<std::string> lines;
  const auto result = run(
      {.argv = {"sh", "-c", "echo one; echo two >&2; printf 'a\\rb'"}},
      [&](std::string_view line) { lines.emplace_back(line); }, never);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "a", "b"}));
  EXPECT_EQ(result.ended.code, 0);
}

TEST(Process, TellsTheExitCode) {
  EXPECT_EQ(run({.argv = {"sh", "-c", "exit 7"}}, ignore_lines, never).ended.code, 7);
}

TEST(Process, TellsTheSignal) {
  const auto result = run({.argv = {"sh", "-c", "kill -9 $$"}}, ignore_lines, never);
  EXPECT_EQ(result.ended.signal, SIGKILL);
  EXPECT_EQ(describe(result.ended), "signal 9 (Killed)");
}

TEST(Process, KeepsTheBoundariesOfArguments) {
  std::string line;
  run(
      {.argv = {"sh", "-c", "echo \"$1|$2\"", "sh", "a b", "$HOME"}},
      [&](std::string_view text) { line = text; }, never);
  EXPECT_EQ(line, "a b|$HOME");
}

TEST(Process, GetsTheExtraEnvironmentAndTheFolder) {
  const Folder folder;
  std::vector<std::string> lines;
  run(
      {.argv = {"sh", "-c", "echo $COLOUR; pwd"},
       .extra_environment = {{"COLOUR", "red"}},
       .folder = folder.path()},
      [&](std::string_view line) { lines.emplace_back(line); }, never);
  EXPECT_EQ(lines, (std::vector<std::string>{"red", folder.path().string()}));
}

TEST(Process, ThatDoesNotExistIsAnError) {
  EXPECT_THROW(spawn({.argv = {"no-such-program-at-all"}}), base::Error);
}

TEST(Process, WhoseFolderDoesNotExistIsAnError) {
  EXPECT_THROW(spawn({.argv = {"true"}, .folder = "/no/such/folder"}), base::Error);
}

TEST(Process, InterruptedEndsWithItsWholeGroup) {
  const Folder folder;
  const std::string script = "sleep 100 & echo $! > " + (folder / "pid").string() + "; wait";
  const auto has_started = [&] {
    const auto text = read_file(folder / "pid");
    return text && text->ends_with('\n');
  };
  const auto result = run({.argv = {"sh", "-c", script}}, ignore_lines, has_started);
  EXPECT_TRUE(result.was_interrupted);
  const auto pid = base::parse_number(base::trim(*read_file(folder / "pid")));
  EXPECT_TRUE(poll_until([&] { return !process_with_pid(static_cast<int>(*pid)); }));
}

TEST(Process, IsKnownByPidAndStartTime) {
  const ProcessId child = spawn({.argv = {"sleep", "100"}});
  EXPECT_TRUE(is_alive(child));
  ProcessId other = child;
  other.start_time += 1;
  EXPECT_FALSE(is_alive(other));
  EXPECT_FALSE(send_signal(other, SIGKILL));
  EXPECT_TRUE(send_signal(child, SIGKILL));
  EXPECT_EQ(wait_for_end(child.pid).signal, SIGKILL);
  EXPECT_FALSE(is_alive(child));
}

TEST(Process, ThatHasEndedButWasNotAwaitedIsNotAlive) {
  const ProcessId child = spawn({.argv = {"sleep", "100"}});
  kill(child.pid, SIGKILL);
  EXPECT_TRUE(poll_until([&] { return !is_alive(child); }));
  wait_for_end(child.pid);
}

TEST(Process, DiesWithTheOneThatStartedIt) {
  const Folder folder;
  const int parent = fork();
  if (parent == 0) {
    const ProcessId child = spawn({.argv = {"sleep", "100"}});
    write_atomically(folder / "pid", std::to_string(child.pid));
    pause();
    _exit(0);
  }
  ASSERT_TRUE(poll_until([&] { return read_file(folder / "pid").has_value(); }));
  const int child = static_cast<int>(*base::parse_number(*read_file(folder / "pid")));
  ASSERT_TRUE(process_with_pid(child));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(poll_until([&] { return !process_with_pid(child); }));
}

TEST(Process, HasNoSignalBlockedEvenWhenWeHave) {
  const Signals signals({SIGTERM});
  const ProcessId child = spawn({.argv = {"sleep", "100"}});
  kill(child.pid, SIGTERM);
  EXPECT_EQ(wait_for_end(child.pid).signal, SIGTERM);
}

TEST(Process, IsFoundInThePathOnlyWhenItCanBeRun) {
  const Folder folder;
  write_atomically(folder / "tool", "#!/bin/sh\n", 0644);
  const config::Environment environment = {{"PATH", "/nowhere:" + folder.path().string()}};
  EXPECT_FALSE(find_program("tool", environment));
  std::filesystem::permissions(folder / "tool", std::filesystem::perms::owner_all);
  EXPECT_EQ(find_program("tool", environment), folder / "tool");
  EXPECT_FALSE(find_program("other", environment));
  EXPECT_FALSE(find_program("tool", {}));
}

TEST(Environment, HasWhatWasSet) {
  setenv("AUTOSRE_TEST_VALUE", "a=b", 1);
  EXPECT_EQ(environment().at("AUTOSRE_TEST_VALUE"), "a=b");
}

TEST(Signals, AreHandedOutInsteadOfEndingTheProcess) {
  Signals signals({SIGTERM, SIGINT});
  EXPECT_EQ(signals.wait(std::chrono::milliseconds(0)), std::nullopt);
  kill(getpid(), SIGTERM);
  EXPECT_EQ(signals.wait(std::chrono::seconds(5)), SIGTERM);
}

TEST(Signals, ThatCameTooLateAreDropped) {
  {
    Signals signals({SIGTERM});
    kill(getpid(), SIGTERM);
  }
  SUCCEED();  // the default action would have ended the test
}

}  // namespace
}  // namespace sys
