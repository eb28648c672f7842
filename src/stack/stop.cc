#include "stack/stop.h"

#include <algorithm>
#include <chrono>
#include <csignal>

#include <fmt/format.h>
#include <poll.h>

#include "base/error.h"
#include "sys/files.h"
#include "sys/process.h"

namespace stack {
namespace {

using std::chrono::steady_clock;

// Each part has ten seconds to end by itself; this is longer than all of them together.
constexpr std::chrono::seconds patience{45};

bool is_all_gone(const Files& files, const State& state) {
  const auto is_running = [](const ChildState& child) { return sys::is_alive(child.process); };
  return !sys::is_alive(state.supervisor) && std::ranges::none_of(state.children, is_running) &&
         !sys::is_locked(files.lock);
}

void wait_until_gone(const Files& files, State state, const Display& display) {
  const auto deadline = steady_clock::now() + patience;
  while (!is_all_gone(files, state)) {
    if (steady_clock::now() > deadline)
      throw base::Error(fmt::format("the supervisor {} does not end", state.supervisor.pid), {},
                        "read `autosre logs supervisor`");
    display.progress("stopping", std::nullopt);
    poll(nullptr, 0, 50);
    // Children may have been started again since; its last state names the last ones.
    if (const auto newer = load_state(files); newer && newer->supervisor == state.supervisor)
      state = *newer;
  }
}

}  // namespace

Stopped stop_local(const config::Paths& paths, const Display& display) {
  const Files files = files_of(paths);
  const Found found = find_running(files);
  if (found.is_ours) {
    sys::send_signal(found.state->supervisor, SIGTERM);
    wait_until_gone(files, *found.state, display);
    return Stopped::now;
  }
  if (found.is_held)
    throw base::Error("\"" + files.lock.string() + "\" is held by a process that is not known",
                      "its state file is missing or names another", "try again in a moment",
                      base::Exit::held);
  if (!found.state) return Stopped::nothing_ran;
  // Its children were ended by the kernel together with it.
  wait_until_gone(files, *found.state, display);
  std::filesystem::remove(files.state);
  return Stopped::cleaned_up;
}

}  // namespace stack
