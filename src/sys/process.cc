#include "sys/process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/child.h"
#include "sys/descriptor.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace sys {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const config::Environment& extra) {
  config::Environment all = environment();
  for (const auto& [name, value] : extra) all[name] = value;
  std::vector<std::string> entries;
  for (const auto& [name, value] : all) entries.push_back(name + "=" + value);
  return entries;
}

[[noreturn]] void report_and_exit(int report) {
  const int number = errno;
  [[maybe_unused]] const ssize_t count = write(report, &number, sizeof number);
  _exit(127);
}

// The wanted ones first move out of the way of the numbers that they are to have.
void hand_over(std::vector<int>& descriptors, int& report) {
  const int first_free = 3 + static_cast<int>(descriptors.size());
  report = fcntl(report, F_DUPFD_CLOEXEC, first_free);
  for (int& descriptor : descriptors) descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, first_free);
  int wanted = 3;
  for (const int descriptor : descriptors)
    if (dup2(descriptor, wanted++) < 0) report_and_exit(report);
}

// Runs in the child between fork and exec: system calls only, nothing that allocates.
[[noreturn]] void become(const Spawn& what, Streams& streams, const char* program,
                         char* const* argv, char* const* envp, int parent, int report) {
  setpgid(0, 0);
  if (what.dies_with_us) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // it died before the line above
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  const auto given = [null](int descriptor) { return descriptor < 0 ? null : descriptor; };
  if (dup2(given(streams.input), STDIN_FILENO) < 0 ||
      dup2(given(streams.output), STDOUT_FILENO) < 0 ||
      dup2(given(streams.errors), STDERR_FILENO) < 0)
    report_and_exit(report);
  if (!what.folder.empty() && chdir(what.folder.c_str()) != 0) report_and_exit(report);
  if (!streams.more.empty()) hand_over(streams.more, report);
  execve(program, argv, envp);
  report_and_exit(report);
}

Ended ended_from(int pid, int status) {
  if (WIFSIGNALED(status)) return {.pid = pid, .code = 0, .signal = WTERMSIG(status)};
  return {.pid = pid, .code = WEXITSTATUS(status), .signal = 0};
}

// Cuts complete lines off the front of `pending` and hands them out.
void hand_out_lines(std::string& pending, const std::function<void(std::string_view)>& on_line) {
  size_t begin = 0;
  for (size_t end; (end = pending.find_first_of("\r\n", begin)) != std::string::npos;
       begin = end + 1)
    if (end > begin) on_line(std::string_view(pending).substr(begin, end - begin));
  pending.erase(0, begin);
}

// False at the end of the output.
bool read_some(int descriptor, std::string& pending) {
  char buffer[8192];
  const ssize_t count = read(descriptor, buffer, sizeof buffer);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  pending.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

}  // namespace

std::optional<ProcessId> process_with_pid(int pid) {
  if (pid <= 0) return std::nullopt;
  std::optional<std::string> text;
  try {
    text = read_file(fmt::format("/proc/{}/stat", pid));
  } catch (const base::Error&) {
    return std::nullopt;  // it ended while it was read
  }
  // The name in brackets may itself hold brackets and blanks.
  const size_t bracket = text ? text->rfind(')') : std::string::npos;
  if (bracket == std::string::npos) return std::nullopt;
  const auto fields = base::split(std::string_view(*text).substr(bracket + 2), ' ');
  if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return std::nullopt;
  const auto start = base::parse_number(fields[19]);
  if (!start) return std::nullopt;
  return ProcessId{.pid = pid, .start_time = *start};
}

ProcessId this_process() {
  return process_with_pid(getpid()).value_or(ProcessId{});
}

bool is_alive(const ProcessId& id) {
  return id.pid > 0 && process_with_pid(id.pid) == id;
}

bool send_signal(const ProcessId& id, int signal) {
  return is_alive(id) && kill(id.pid, signal) == 0;
}

fs::path this_executable() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) throw base::Error("cannot find this program's own file", error.message());
  return path;
}

ProcessId spawn(const Spawn& what) {
  return spawn(what, {.input = -1, .output = what.output, .errors = what.output});
}

ProcessId spawn(const Spawn& what, const Streams& streams) {
  const std::string name = what.argv.at(0);
  const auto program = find_program(name, environment());
  if (!program) throw base::Error("cannot start \"" + name + "\"", "no such program");
  std::vector<std::string> arguments = what.argv;
  std::vector<std::string> entries = environment_with(what.extra_environment);
  Streams given = streams;
  const auto argv = pointers(arguments);
  const auto envp = pointers(entries);
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0)
    throw base::Error("cannot start \"" + name + "\"", std::strerror(errno));
  Descriptor from_child(pipe_ends[0]);
  Descriptor to_parent(pipe_ends[1]);
  const int parent = getpid();
  const int pid = fork();
  if (pid < 0) throw base::Error("cannot start \"" + name + "\"", std::strerror(errno));
  if (pid == 0)
    become(what, given, program->c_str(), argv.data(), envp.data(), parent, to_parent.get());
  to_parent.reset();
  int number = 0;
  if (read(from_child.get(), &number, sizeof number) == sizeof number) {
    await(pid);
    throw base::Error("cannot start \"" + program->string() + "\"", std::strerror(number));
  }
  return process_with_pid(pid).value_or(ProcessId{.pid = pid, .start_time = 0});
}

std::string describe(const Ended& how) {
  if (how.signal == 0) return fmt::format("exit code {}", how.code);
  return fmt::format("signal {} ({})", how.signal, strsignal(how.signal));
}

Ended await(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return ended_from(pid, status);
}

void end_group(int pid) {
  kill(-pid, SIGTERM);
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  while (steady_clock::now() < deadline) {
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) break;
    if (info.si_pid == pid) break;
    poll(nullptr, 0, 50);
  }
  kill(-pid, SIGKILL);
}

std::optional<Ended> reap(int pid) {
  int status = 0;
  const int ended = waitpid(pid, &status, WNOHANG);
  if (ended <= 0) return std::nullopt;
  return ended_from(ended, status);
}

std::optional<Ended> reap() {
  return reap(-1);
}

RunResult run(Spawn what, const std::function<void(std::string_view)>& on_line,
              const std::function<bool()>& interrupted) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0)
    throw base::Error("cannot start \"" + what.argv.at(0) + "\"", std::strerror(errno));
  Descriptor output(pipe_ends[0]);
  Descriptor input(pipe_ends[1]);
  what.output = input.get();
  const ProcessId child = spawn(what);
  input.reset();
  RunResult result;
  std::string pending;
  for (bool is_open = true; is_open;) {
    pollfd waiting{.fd = output.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 200) > 0) is_open = read_some(output.get(), pending);
    hand_out_lines(pending, on_line);
    if (!result.was_interrupted && interrupted()) {
      result.was_interrupted = true;
      end_group(child.pid);
      break;  // something that left the group may still hold the pipe
    }
  }
  if (!pending.empty()) on_line(pending);
  result.ended = await(child.pid);
  return result;
}

std::optional<fs::path> find_program(std::string_view name,
                                     const config::Environment& environment) {
  const auto is_program = [](const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
  };
  if (name.contains('/')) {
    if (is_program(name)) return fs::path(name);
    return std::nullopt;
  }
  const auto path = environment.find("PATH");
  if (path == environment.end()) return std::nullopt;
  for (const std::string_view folder : base::split(path->second, ':'))
    if (!folder.empty() && is_program(fs::path(folder) / name)) return fs::path(folder) / name;
  return std::nullopt;
}

}  // namespace sys
