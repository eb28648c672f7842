#include "stack/wait.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/error.h"
#include "stack/times.h"
#include "sys/files.h"

namespace stack {
namespace {

using std::chrono::steady_clock;

constexpr int hopeless_restarts = 3;
constexpr int shown_log_lines = 15;

std::string tail_of(const Files& files, std::string_view name) {
  std::string text = sys::last_lines(files.log_of(name), shown_log_lines);
  while (text.ends_with('\n')) text.pop_back();
  return "the end of its log:\n" + text + "\n";
}

void check_children(const State& state, const Files& files) {
  const auto bad = std::ranges::find_if(state.children, [](const ChildState& child) {
    return child.restarts >= hopeless_restarts && !child.is_healthy;
  });
  if (bad == state.children.end()) return;
  throw base::Error("the " + bad->name + " does not stay up: " + bad->last_error,
                    tail_of(files, bad->name),
                    "read `autosre logs " + bad->name + "`, then try again");
}

std::string describe_wait(const State& state) {
  if (state.phase == Phase::preparing) return state.detail;
  for (const ChildState& child : state.children)
    if (!child.is_healthy)
      return child.name == "engine" ? "loading " + state.model : "starting the " + child.name;
  return "starting";
}

[[noreturn]] void fail_ended(const sys::ProcessId& process, bool was_preparing,
                             const Files& files) {
  if (was_preparing)
    throw base::Error(fmt::format("the start by process {} has ended", process.pid), {},
                      "run `autosre start --local` again");
  throw base::Error("the supervisor has ended", tail_of(files, "supervisor"),
                    "try again, or `autosre start --local --foreground`");
}

class Wait {
 public:
  Wait(const Files& files, const Display& display) : files_(files), display_(display) {}

  void show(const State& state) const {
    const std::chrono::duration<double> elapsed = steady_clock::now() - begun_;
    const auto expected = last_time(files_.times, "load " + state.model);
    std::string text = describe_wait(state);
    if (state.phase == Phase::preparing || !expected || *expected < 5)
      return display_.progress(text, std::nullopt);
    text += fmt::format(", {:.0f} s of about {:.0f} s", elapsed.count(), *expected);
    display_.progress(text, std::min(elapsed.count() / *expected, 0.99));
  }

 private:
  const Files& files_;
  const Display& display_;
  steady_clock::time_point begun_ = steady_clock::now();
};

}  // namespace

std::optional<State> wait_until_ready(const Files& files, const sys::ProcessId& supervisor,
                                      sys::Signals& signals, const Display& display) {
  const Wait wait(files, display);
  sys::ProcessId followed = supervisor;
  bool was_preparing = false;
  while (!signals.wait(std::chrono::milliseconds(100))) {
    const bool is_alive = sys::is_alive(followed);
    const auto state = load_state(files);
    // A start that has prepared everything hands over to the supervisor that it forks.
    if (was_preparing && state && sys::is_alive(state->supervisor))
      followed = state->supervisor;
    else if (!is_alive)
      fail_ended(followed, was_preparing, files);
    if (!state || state->supervisor != followed) continue;  // it has not written its own yet
    was_preparing = state->phase == Phase::preparing;
    if (state->phase == Phase::ready) return state;
    if (state->phase == Phase::stopping)
      throw base::Error("the stack is being stopped", {}, "start it again afterwards");
    check_children(*state, files);
    wait.show(*state);
  }
  return std::nullopt;
}

}  // namespace stack
