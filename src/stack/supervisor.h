// Runs the children of a plan until it is told to stop: starts them, starts again what ends,
// watches their health, keeps the state file true. One thread, no handlers; its children die with
// it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/health.h"
#include "stack/plan.h"
#include "stack/state.h"
#include "sys/signals.h"

namespace stack {

struct Supervision {
  std::vector<Child> children;
  State state;  // what does not change, filled in
  Files files;
  std::function<Health(const std::string& url)> probe;
  std::function<void(std::string_view line)> on_message;  // besides the log
  std::chrono::milliseconds grace{10'000};                // from SIGTERM to SIGKILL
  std::uintmax_t log_limit_bytes = 16u << 20;
};

class Supervisor {
 public:
  explicit Supervisor(Supervision supervision);

  // Returns after SIGTERM or SIGINT, when all children have ended; a second signal cuts their grace
  // short.
  void run();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Part {
    Child plan;
    ChildState state;
    Time started{};
    Time next_start{};
    int failures = 0;
  };

  void tick();
  void reap_ended();
  void on_end(Part& part, const sys::Ended& how);
  void start_due();
  void start(Part& part);
  void check_health();
  bool is_all_healthy() const;
  void update_phase();
  void rotate_logs();
  void stop_all();
  void stop(Part& part);
  bool has_ended(Part& part);
  void publish();
  void log(std::string_view text);

  Supervision what_;
  std::vector<Part> parts_;
  sys::Signals signals_;
  std::string published_;
  Time begun_{};
  Time next_health_{};
  Time next_rotation_{};
  bool was_ready_ = false;
};

}  // namespace stack
