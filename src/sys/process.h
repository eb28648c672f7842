// Child processes: started with a plan of what they inherit, awaited, named by id and start time.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"

namespace sys {

// A process id alone may be used again by another process; with the start time (clock ticks since
// boot, as /proc/PID/stat has it) it is one process for good.
struct ProcessId {
  int pid = 0;
  long long start_time = 0;

  bool operator==(const ProcessId&) const = default;
};

ProcessId this_process();
// nullopt when there is none, or only a zombie.
std::optional<ProcessId> process_with_pid(int pid);
bool is_alive(const ProcessId& id);
// Sends only while the id is still that process.
bool send_signal(const ProcessId& id, int signal);

std::filesystem::path this_executable();

struct Spawn {
  std::vector<std::string> argv;               // argv[0] is looked up in PATH when it has no slash
  config::Environment extra_environment = {};  // on top of ours
  std::filesystem::path folder = {};           // empty: ours
  int output = -1;                             // descriptor for stdout and stderr; -1: /dev/null
  bool dies_with_us = true;                    // SIGKILL when this process ends, however it ends
};

// The child leads its own process group, reads /dev/null, has no signal blocked. Throws base::Error
// when the program cannot be started.
ProcessId spawn(const Spawn& what);

struct Ended {
  int pid = 0;
  int code = 0;  // exit code, when signal is 0
  int signal = 0;
};
std::string describe(const Ended& how);  // "exit code 1", "signal 9 (Killed)"

// One ended child of ours, if any; never blocks.
std::optional<Ended> reap();
std::optional<Ended> reap(int pid);

// Runs to the end and hands out each line of stdout and stderr; lines end at \n or \r.
// `interrupted` is asked several times a second: when it says yes the whole process group is ended.
// Throws base::Error when it cannot start.
struct RunResult {
  Ended ended;
  bool was_interrupted = false;
};
RunResult run(Spawn what, const std::function<void(std::string_view)>& on_line,
              const std::function<bool()>& interrupted);

// The first executable of that name in PATH.
std::optional<std::filesystem::path> find_program(std::string_view name,
                                                  const config::Environment& environment);

}  // namespace sys
