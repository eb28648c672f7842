#include "stack/supervisor.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>
#include <unistd.h>

#include "stack/backoff.h"
#include "stack/times.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace stack {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds tick_length{200};
constexpr milliseconds health_interval_when_ready{5000};
constexpr milliseconds health_interval_otherwise{500};
constexpr seconds rotation_interval{30};

bool is_running(const ChildState& child) {
  return child.process.pid != 0;
}

}  // namespace

Supervisor::Supervisor(Supervision supervision)
    : what_(std::move(supervision)), signals_({SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
  for (const Child& child : what_.children)
    parts_.push_back({.plan = child, .state = {.name = child.name, .url = child.url}});
}

void Supervisor::run() {
  begun_ = steady_clock::now();
  what_.state.phase = Phase::starting;
  what_.state.supervisor = sys::this_process();
  what_.state.started_at = sys::now_utc();
  log(fmt::format("supervisor {} begins", what_.state.supervisor.pid));
  while (true) {
    tick();
    const auto signal = signals_.wait(tick_length);
    if (signal && *signal != SIGCHLD) break;
  }
  stop_all();
  log("supervisor ends");
}

void Supervisor::tick() {
  reap_ended();
  start_due();
  check_health();
  update_phase();
  rotate_logs();
  publish();
}

void Supervisor::reap_ended() {
  while (const auto ended = sys::reap()) {
    const auto part = std::ranges::find(
        parts_, ended->pid, [](const Part& candidate) { return candidate.state.process.pid; });
    if (part != parts_.end()) on_end(*part, *ended);
  }
}

void Supervisor::on_end(Part& part, const sys::Ended& how) {
  const auto now = steady_clock::now();
  part.failures = count_failures(part.failures, duration_cast<milliseconds>(now - part.started));
  const milliseconds delay = restart_delay(part.failures);
  part.next_start = now + delay;
  part.state.process = {};
  part.state.is_healthy = false;
  part.state.last_error = fmt::format("{} ended with {}", part.plan.name, describe(how));
  what_.state.last_error = part.state.last_error;
  next_health_ = now;
  log(fmt::format("{}; next start in {} ms", part.state.last_error, delay.count()));
}

void Supervisor::start_due() {
  const auto now = steady_clock::now();
  for (Part& part : parts_)
    if (!is_running(part.state) && part.next_start <= now) start(part);
}

void Supervisor::start(Part& part) {
  const bool is_restart = part.started != Time{};
  part.started = steady_clock::now();
  part.state.started_at = sys::now_utc();
  if (is_restart) ++part.state.restarts;
  try {
    const sys::Descriptor output = sys::open_for_append(what_.files.log_of(part.plan.name));
    part.state.process = sys::spawn({.argv = part.plan.argv, .output = output.get()});
    log(fmt::format("{} started as {}: {}", part.plan.name, part.state.process.pid,
                    fmt::join(part.plan.argv, " ")));
  } catch (const base::Error& error) {
    on_end(part, {.pid = 0, .code = 127, .signal = 0});
    part.state.last_error = error.line();
    what_.state.last_error = error.line();
    log(error.line());
  }
}

void Supervisor::check_health() {
  if (steady_clock::now() < next_health_) return;
  for (Part& part : parts_)
    part.state.is_healthy = is_running(part.state) && what_.probe(part.plan.url) == Health::ok;
  next_health_ = steady_clock::now() +
                 (is_all_healthy() ? health_interval_when_ready : health_interval_otherwise);
}

bool Supervisor::is_all_healthy() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.state.is_healthy; });
}

void Supervisor::update_phase() {
  const Phase next = is_all_healthy() ? Phase::ready
                     : was_ready_     ? Phase::degraded
                                      : Phase::starting;
  if (next == what_.state.phase) return;
  what_.state.phase = next;
  log(fmt::format("the stack is {}", name_of(next)));
  if (next != Phase::ready || was_ready_) return;
  was_ready_ = true;
  const std::chrono::duration<double> took = steady_clock::now() - begun_;
  record_time(what_.files.times, "load " + what_.state.model, took.count());
}

void Supervisor::rotate_logs() {
  const auto now = steady_clock::now();
  if (now < next_rotation_) return;
  next_rotation_ = now + rotation_interval;
  try {
    for (const Part& part : parts_)
      sys::rotate_in_place(what_.files.log_of(part.plan.name), what_.log_limit_bytes);
    sys::rotate_in_place(what_.files.log_of("supervisor"), what_.log_limit_bytes);
  } catch (const base::Error& error) {
    log(error.line());
  }
}

void Supervisor::stop_all() {
  what_.state.phase = Phase::stopping;
  publish();
  for (Part& part : parts_ | std::views::reverse) stop(part);
  std::error_code ignored;
  std::filesystem::remove(what_.files.state, ignored);
}

bool Supervisor::has_ended(Part& part) {
  if (const auto ended = sys::reap(part.state.process.pid)) {
    log(fmt::format("{} ended with {}", part.plan.name, describe(*ended)));
    part.state.process = {};
  }
  return !is_running(part.state);
}

void Supervisor::stop(Part& part) {
  if (!is_running(part.state) || has_ended(part)) return;
  sys::send_signal(part.state.process, SIGTERM);
  const auto deadline = steady_clock::now() + what_.grace;
  bool is_hurried = false;
  while (!is_hurried && steady_clock::now() < deadline) {
    const auto signal = signals_.wait(tick_length);
    if (has_ended(part)) return;
    is_hurried = signal && *signal != SIGCHLD;
  }
  log(fmt::format("{} does not end in time and is killed", part.plan.name));
  sys::send_signal(part.state.process, SIGKILL);
  while (!has_ended(part)) signals_.wait(tick_length);
}

// A write costs an fsync: only what has changed is written. A full disk must not end a working
// stack.
void Supervisor::publish() {
  what_.state.children.clear();
  for (const Part& part : parts_) what_.state.children.push_back(part.state);
  std::string text = encode(what_.state);
  if (text == published_) return;
  try {
    sys::write_atomically(what_.files.state, text);
    published_ = std::move(text);
  } catch (const base::Error& error) {
    if (what_.on_message) what_.on_message(error.line());
  }
}

void Supervisor::log(std::string_view text) {
  const std::string line = fmt::format("{} {}\n", sys::now_utc(), text);
  if (what_.on_message) what_.on_message(text);
  try {
    const sys::Descriptor file = sys::open_for_append(what_.files.log_of("supervisor"));
    [[maybe_unused]] const ssize_t count = write(file.get(), line.data(), line.size());
  } catch (const base::Error&) {
  }
}

}  // namespace stack
