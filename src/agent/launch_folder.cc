#include "agent/launch_folder.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

namespace fs = std::filesystem;

// Names end in the id of the process that they are for.
void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const auto pid = base::parse_number(std::string_view(name).substr(name.rfind('.') + 1));
    std::error_code ignored;
    if (pid && kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH)
      fs::remove_all(it->path(), ignored);
  }
}

void wait_for_end(int process, const sys::ProcessId& id) {
  if (process >= 0) {
    pollfd entry{.fd = process, .events = POLLIN, .revents = 0};
    while (poll(&entry, 1, -1) < 0 && errno == EINTR) continue;
    return;
  }
  while (sys::is_alive(id)) sleep(1);  // kernels and sandboxes without pidfd
}

// Holds nothing of the terminal, of the caller's pipes or of its folder, and outlives Ctrl-C.
void let_go() {
  setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(number, SIG_IGN);
  const int nothing = open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    dup2(nothing, descriptor);
  prctl(PR_SET_NAME, "autosre-cleaner");
  if (chdir("/") != 0) return;
}

[[noreturn]] void clean(const fs::path& folder, int process, const sys::ProcessId& id) {
  let_go();
  if (process >= 0) process = dup2(process, 3);
  close_range(process >= 0 ? 4 : 3, ~0U, 0);
  wait_for_end(process, id);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  _exit(0);
}

// The settings hold a token, so they can be no arguments; and open descriptors instead of files
// would not reach the agent's own children. So there are real files, and a process of its own
// awaits the end of this one. It is no child of the agent, which would be left with one it does not
// know.
void remove_at_our_end(const fs::path& folder) {
  const sys::ProcessId id = sys::this_process();
  const int process = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  const pid_t child = fork();
  if (child < 0) throw base::Error("cannot start a process", std::strerror(errno));
  if (child == 0) {
    if (fork() == 0) clean(folder, process, id);
    _exit(0);
  }
  if (process >= 0) close(process);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace

fs::path launch_folder(const config::Paths& paths, std::string_view run_id) {
  return paths.runtime / "launch" / (std::string(run_id) + "." + std::to_string(getpid()));
}

void write_launch_files(const fs::path& folder, const std::vector<LaunchFile>& files) {
  fs::create_directories(folder.parent_path());
  remove_leftovers(folder.parent_path());
  fs::remove_all(folder);  // of an earlier process with our id
  if (mkdir(folder.c_str(), 0700) != 0)
    throw base::Error("cannot make " + folder.string(), std::strerror(errno));
  remove_at_our_end(folder);
  for (const LaunchFile& file : files) sys::write_atomically(file.path, file.text, 0600);
}

}  // namespace agent
