#include "stack/start.h"

#include <chrono>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "stack/stop.h"
#include "stack/supervisor.h"
#include "stack/wait.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/ports.h"
#include "sys/signals.h"

namespace stack {
namespace {

constexpr std::chrono::seconds probe_deadline{2};

void check_port(int port, const char* option) {
  if (sys::is_port_free(port)) return;
  const auto owner = sys::listener_of(port);
  throw base::Error(fmt::format("port {} is taken", port),
                    owner ? fmt::format("{} (process {}) listens on it", owner->name, owner->pid)
                          : "a process that is not ours to see listens on it",
                    fmt::format("end that process, or choose another port with {}", option),
                    base::Exit::held);
}

void check_ports(const StartOptions& options) {
  if (options.upstream.empty()) check_port(options.api_port, "--api-port");
  check_port(options.proxy_port, "--proxy-port");
  check_port(options.codex_proxy_port, "--codex-proxy-port");
}

State first_state(const StartOptions& options) {
  State state;
  state.phase = Phase::preparing;
  state.detail = "checking";
  state.supervisor = sys::this_process();
  state.started_at = sys::now_utc();
  state.upstream = options.upstream;
  return state;
}

// The state file exists while its writer works; a start that fails leaves none behind.
class Announcement {
 public:
  Announcement(State state, Files files) : state_(std::move(state)), files_(std::move(files)) {
    save(state_, files_);
  }
  ~Announcement() {
    std::error_code ignored;
    if (!is_handed_over_) std::filesystem::remove(files_.state, ignored);
  }
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;

  void say(std::string_view detail) {
    if (state_.detail == detail) return;
    state_.detail = detail;
    save(state_, files_);
  }
  void hand_over() { is_handed_over_ = true; }

 private:
  State state_;
  Files files_;
  bool is_handed_over_ = false;
};

Supervision supervision_of(const Settings& settings, const Files& files) {
  Supervision what;
  what.children = plan_children(settings);
  what.state.model = settings.model;
  what.state.model_path = settings.model_path.string();
  what.state.context_length = settings.context_length;
  what.state.api_url = api_url(settings);
  what.state.proxy_url = proxy_url(settings);
  what.state.codex_proxy_url = codex_proxy_url(settings);
  what.state.upstream = settings.upstream;
  what.files = files;
  what.probe = [](const std::string& url) { return ask_health(url, probe_deadline); };
  return what;
}

// In the forked process: leaves the terminal, supervises, never returns. The lock came along with
// the fork.
[[noreturn]] void become_supervisor(Supervision what) {
  setsid();
  int code = 0;
  try {
    const sys::Descriptor null(open("/dev/null", O_RDWR | O_CLOEXEC));
    const sys::Descriptor log = sys::open_for_append(what.files.log_of("supervisor"));
    dup2(null.get(), STDIN_FILENO);
    dup2(log.get(), STDOUT_FILENO);
    dup2(log.get(), STDERR_FILENO);
    Supervisor(std::move(what)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s %s\n", sys::now_utc().c_str(), error.what());
    code = 1;
  }
  _exit(code);
}

sys::ProcessId fork_supervisor(Supervision what) {
  std::fflush(nullptr);
  const int pid = fork();
  if (pid < 0) throw base::Error("cannot start the supervisor", "no more processes");
  if (pid == 0) become_supervisor(std::move(what));
  return sys::process_with_pid(pid).value_or(sys::ProcessId{.pid = pid, .start_time = 0});
}

StartResult wait_for(const sys::ProcessId& supervisor, Started how, const Files& files,
                     sys::Signals& signals, const Display& display) {
  auto state = wait_until_ready(files, supervisor, signals, display);
  if (state) return {.how = how, .state = std::move(*state)};
  return {.how = Started::detached, .state = {}};
}

bool is_as_asked(const StartOptions& options, const State& state) {
  const auto listens_at = [](const std::string& url, int port) {
    return url.empty() || url.ends_with(fmt::format(":{}", port));
  };
  if (!listens_at(state.proxy_url, options.proxy_port)) return false;
  if (!listens_at(state.codex_proxy_url, options.codex_proxy_port)) return false;
  if (!options.upstream.empty()) return !state.upstream.empty();
  if (options.model.empty()) return true;
  return state.model_path == std::filesystem::absolute(options.model);
}

// Somebody else holds the lock: with what is asked for running or on its way, starting means
// waiting.
StartResult join(const StartOptions& options, const Files& files, sys::Signals& signals,
                 const Display& display) {
  Found found = find_running(files);
  for (int tries = 0; !found.is_ours && tries < 20; ++tries) {
    signals.wait(std::chrono::milliseconds(100));  // its first state is about to be written
    found = find_running(files);
  }
  if (!found.is_ours)
    throw base::Error("a local stack holds \"" + files.lock.string() + "\" and says nothing", {},
                      "wait for it to end, then start again", base::Exit::held);
  const State& state = *found.state;
  if (!is_as_asked(options, state))
    throw base::Error(
        "another local stack is running",
        fmt::format("it serves {} at {}", state.upstream.empty() ? state.model : state.upstream,
                    state.proxy_url),
        "run `autosre stop` first", base::Exit::held);
  if (state.phase == Phase::ready) return {.how = Started::before, .state = state};
  display.note(fmt::format("already being started by process {}", state.supervisor.pid));
  return wait_for(state.supervisor, Started::before, files, signals, display);
}

// Everything that takes time before the first child starts; told to others through the state file.
Settings prepare(const StartOptions& options, const config::Paths& paths,
                 Announcement& announcement, sys::Signals& signals, const Display& display) {
  const Observer observer = {
      .progress =
          [&](std::string_view text, std::optional<double> fraction) {
            announcement.say(text);
            display.progress(text, fraction);
          },
      .interrupted = [&] { return signals.wait(std::chrono::milliseconds(0)).has_value(); }};
  try {
    return resolve_settings(options, paths, observer);
  } catch (const Interrupted&) {
    throw base::Error("interrupted, nothing runs", {},
                      "start again: what was downloaded and built is kept");
  }
}

StartResult run_in_foreground(Supervision what, const Display& display) {
  what.on_message = display.note;
  const State state = what.state;
  Supervisor(std::move(what)).run();
  return {.how = Started::now, .state = state};
}

}  // namespace

StartResult start_local(const StartOptions& options, const config::Paths& paths,
                        const Display& display) {
  const Files files = files_of(paths);
  sys::Signals signals({SIGINT, SIGTERM});
  auto lock = sys::FileLock::try_lock(files.lock);
  if (!lock) return join(options, files, signals, display);
  check_ports(options);
  Announcement announcement(first_state(options), files);
  const Settings settings = prepare(options, paths, announcement, signals, display);
  Supervision what = supervision_of(settings, files);
  announcement.hand_over();
  if (options.is_foreground) return run_in_foreground(std::move(what), display);
  const sys::ProcessId supervisor = fork_supervisor(std::move(what));
  lock.reset();  // the supervisor's copy holds it from here on
  try {
    return wait_for(supervisor, Started::now, files, signals, display);
  } catch (const base::Error&) {
    stop_local(paths, display);
    throw;
  }
}

}  // namespace stack
