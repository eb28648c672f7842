#include "agent/launch_folder.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/poll_until.h"

namespace agent {
namespace {

namespace fs = std::filesystem;
using testing_support::Folder;
using testing_support::poll_until;

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

unsigned mode_of(const fs::path& path) {
  struct stat found{};
  return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

// A process that writes the files of a launch and lives until it is let go or killed.
class Launched {
 public:
  explicit Launched(const fs::path& folder) : folder_(folder) {
    std::array<int, 2> ready{};
    std::array<int, 2> end{};
    if (pipe2(ready.data(), O_CLOEXEC) != 0 || pipe2(end.data(), O_CLOEXEC) != 0) return;
    pid = fork();
    if (pid == 0) {
      char byte = 0;
      close(end[1]);
      write_launch_files(folder, {{folder / "a.json", "{}"}, {folder / "b.json", "[]"}});
      const bool is_told = write(ready[1], "x", 1) == 1;
      _exit(is_told && read(end[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(ready[1]);
    close(end[0]);
    end_ = sys::Descriptor(end[1]);
    char byte = 0;
    is_ready = read(ready[0], &byte, 1) == 1;
    close(ready[0]);
  }
  void let_go() {
    end_.reset();
    wait_for(pid);
  }
  bool is_gone() const {
    return poll_until([&] { return !fs::exists(folder_); });
  }

  pid_t pid = -1;
  bool is_ready = false;

 private:
  fs::path folder_;
  sys::Descriptor end_;
};

TEST(LaunchFolder, IsNamedByRunAndProcess) {
  config::Paths paths;
  paths.runtime = "/run/user/1/autosre";
  EXPECT_EQ(launch_folder(paths, "run-1"),
            fs::path("/run/user/1/autosre/launch/run-1." + std::to_string(getpid())));
}

TEST(LaunchFiles, ArePrivateAndStayWhileTheProcessLives) {
  const Folder folder;
  Launched launched(folder / "launch/run.1");
  ASSERT_TRUE(launched.is_ready);
  EXPECT_EQ(mode_of(folder / "launch/run.1"), 0700U);
  EXPECT_EQ(mode_of(folder / "launch/run.1/a.json"), 0600U);
  EXPECT_EQ(sys::read_file(folder / "launch/run.1/b.json"), "[]");
  launched.let_go();
  EXPECT_TRUE(launched.is_gone());
}

TEST(LaunchFiles, GoWhenTheProcessIsKilled) {
  const Folder folder;
  const Launched launched(folder / "launch/run.1");
  ASSERT_TRUE(launched.is_ready);
  kill(launched.pid, SIGKILL);
  wait_for(launched.pid);
  EXPECT_TRUE(launched.is_gone());
}

TEST(LaunchFiles, GoWithTheProcessAlthoughItHasBecomeAnotherProgram) {
  const Folder folder;
  const fs::path files = folder / "launch/run.1";
  const pid_t child = fork();
  if (child == 0) {
    write_launch_files(files, {{files / "a.json", "{}"}});
    const std::string script = "test -f " + (files / "a.json").string();
    execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    _exit(99);
  }
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_TRUE(poll_until([&] { return !fs::exists(files); }));
}

TEST(LaunchFiles, OfProcessesThatAreNoMoreAreRemovedByTheNextLaunch) {
  const Folder folder;
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  wait_for(dead);
  const fs::path stale = folder / ("launch/old." + std::to_string(dead));
  const fs::path live = folder / ("launch/other." + std::to_string(getpid()));
  const fs::path foreign = folder / "launch/not-a-launch";
  for (const fs::path& path : {stale, live, foreign}) fs::create_directories(path);
  Launched launched(folder / "launch/run.1");
  ASSERT_TRUE(launched.is_ready);
  EXPECT_FALSE(fs::exists(stale));
  EXPECT_TRUE(fs::exists(live));
  EXPECT_TRUE(fs::exists(foreign));
  launched.let_go();
  EXPECT_TRUE(launched.is_gone());
}

}  // namespace
}  // namespace agent
