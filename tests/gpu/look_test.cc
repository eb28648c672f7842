#include "gpu/look.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sys/files.h"
#include "sys/folder.h"

namespace gpu {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A machine made of files: a driver that says what a real one was seen to say, and /proc.
class LookTest : public testing::Test {
 protected:
  void driver_says(const std::string& script) {
    sys::write_atomically(folder_.path() / "bin/nvidia-smi", "#!/bin/sh\n" + script, 0755);
  }
  void proc_has(const std::string& file, const std::string& text) {
    sys::write_atomically(where_.proc / file, text);
  }
  Snapshot look() { return gpu::look({{"PATH", (folder_.path() / "bin").string()}}, where_); }

  testing_support::Folder folder_;
  Where where_{.proc = folder_.path() / "proc"};
};

const std::string gb10_script =
    "case $1 in\n"
    "--query-gpu=*) echo '0, GPU-a, NVIDIA GB10, 580.142, [N/A], [N/A], [N/A], 0, 36, 3.10, [N/A], "
    "208, 3003';;\n"
    "--query-compute-apps=*) echo 'GPU-a, 114687, 19135, /usr/local/bin/python'\n"
    "echo 'GPU-a, 42, 218, ';;\nesac\n";

TEST_F(LookTest, SaysThatThereIsNoGpu) {
  proc_has("meminfo", "MemTotal: 1024 kB\nMemAvailable: 512 kB\n");
  const Snapshot seen = look();
  EXPECT_EQ(seen.problem, "no NVIDIA GPU: nvidia-smi is not on PATH");
  EXPECT_THAT(seen.devices, IsEmpty());
  EXPECT_EQ(seen.host.available, 512u * 1024);
  EXPECT_FALSE(seen.is_unified());
}

TEST_F(LookTest, SaysThatOnlyTheProgramIsMissing) {
  proc_has("driver/nvidia/version", "NVRM");
  EXPECT_THAT(look().problem, HasSubstr("nvidia-smi is not on PATH"));
  EXPECT_THAT(look().problem, HasSubstr("the NVIDIA driver is there"));
}

TEST_F(LookTest, SeesWhoComputesOnAGb10) {
  driver_says(gb10_script);
  proc_has("114687/comm", "VLLM::EngineCor\n");
  proc_has("114687/cgroup",
           "0::/kubepods.slice/kubepods-burstable.slice/"
           "kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice/cri-containerd-" +
               std::string(64, 'a') + ".scope\n");
  const Snapshot seen = look();
  EXPECT_EQ(seen.problem, "");
  ASSERT_THAT(seen.devices, SizeIs(1));
  EXPECT_TRUE(seen.is_unified());
  ASSERT_THAT(seen.processes, SizeIs(2));
  EXPECT_EQ(seen.processes[0].name, "VLLM::EngineCor");
  EXPECT_EQ(seen.processes[0].pod, "0a1b2c3d-1111-2222-3333-444455556666");
  EXPECT_EQ(seen.processes[0].memory, 19135ull << 20);
  EXPECT_NE(seen.processes[0].user, "");
  // It has ended since.
  EXPECT_EQ(seen.processes[1].name, "");
}

TEST_F(LookTest, SaysWhatTheDriverSaysWhenItFails) {
  driver_says("echo 'NVIDIA-SMI has failed because it could not communicate'; exit 9\n");
  EXPECT_EQ(look().problem, "nvidia-smi: NVIDIA-SMI has failed because it could not communicate");
  driver_says("exit 3\n");
  EXPECT_EQ(look().problem, "nvidia-smi: exit code 3");
  driver_says("echo 'No devices were found'\n");
  EXPECT_EQ(look().problem, "no NVIDIA GPU: nvidia-smi lists none");
}

TEST_F(LookTest, DoesNotWaitForADriverThatHangs) {
  driver_says("exec sleep 60\n");
  where_.deadline = std::chrono::milliseconds(200);
  EXPECT_EQ(look().problem, "nvidia-smi: the driver does not answer");
}

TEST_F(LookTest, SeesThisProcessesOwnMachine) {
  where_ = {};
  EXPECT_GT(look().host.total, 0u);
}

}  // namespace
}  // namespace gpu
