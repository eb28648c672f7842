#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gpu/look.h"
#include "gpu/memory.h"
#include "gpu/nvidia_smi.h"

namespace gpu {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t mib = 1u << 20;

// A GB10: no memory of its own, no power limit.
TEST(ParseDevices, TakesWhatAGb10DoesNotReportAsAbsent) {
  const auto devices = parse_devices(
      "0, GPU-2dee1e25-b3b5-007e-2b55-79f2d0f2ebe5, NVIDIA GB10, 580.142, [N/A], [N/A], [N/A], 96, "
      "52, 10.80, [N/A], 2405, 3003\n");
  ASSERT_THAT(devices, SizeIs(1));
  const Device& gb10 = devices[0];
  EXPECT_EQ(gb10.name, "NVIDIA GB10");
  EXPECT_EQ(gb10.driver, "580.142");
  EXPECT_TRUE(gb10.is_unified());
  EXPECT_EQ(gb10.memory_used, std::nullopt);
  EXPECT_EQ(gb10.power_limit, std::nullopt);
  EXPECT_EQ(gb10.utilisation, 96);
  EXPECT_EQ(gb10.power, 10.8);
  EXPECT_EQ(gb10.clock_limit, 3003);
}

TEST(ParseDevices, TakesSeveralWithMemoryOfTheirOwn) {
  const auto devices = parse_devices(
      "0, GPU-a, NVIDIA GeForce RTX 4090, 550.120, 24564, 18211, 5869, 100, 71, 412.35, 450.00, "
      "2520, 3105\n"
      "1, GPU-b, NVIDIA GeForce RTX 4090, 550.120, 24564, 14, 24066, 0, 34, 18.02, 450.00, 210, "
      "3105\n");
  ASSERT_THAT(devices, SizeIs(2));
  EXPECT_FALSE(devices[0].is_unified());
  EXPECT_EQ(devices[0].memory_total, 24564 * mib);
  EXPECT_EQ(devices[0].memory_free, 5869 * mib);
  EXPECT_EQ(devices[1].index, 1);
  EXPECT_EQ(devices[1].uuid, "GPU-b");
}

TEST(ParseDevices, PassesOverWhatIsNoneOfTheAnswer) {
  EXPECT_THAT(parse_devices(""), IsEmpty());
  EXPECT_THAT(parse_devices("No devices were found\n"), IsEmpty());
  EXPECT_THAT(parse_devices("WARNING: infoROM is corrupted at gpu 0000:01:00.0, 1, 2\n"),
              IsEmpty());
  const auto devices = parse_devices(
      "WARNING: something\n0, GPU-a, NVIDIA L4, 550.90, [Unknown Error], [Not Supported], -, x, , "
      "nan, [N/A], [N/A], [N/A]\n");
  ASSERT_THAT(devices, SizeIs(1));
  EXPECT_EQ(devices[0].utilisation, std::nullopt);
  EXPECT_EQ(devices[0].temperature, std::nullopt);
}

TEST(ParseProcesses, HasTheMemoryOfEachAlsoOnAGb10) {
  const auto processes = parse_processes(
      "GPU-2dee1e25-b3b5-007e-2b55-79f2d0f2ebe5, 114687, 19135, /usr/local/bin/python\n"
      "GPU-2dee1e25-b3b5-007e-2b55-79f2d0f2ebe5, 6330, 96073, sglang::scheduler\n");
  ASSERT_THAT(processes, SizeIs(2));
  EXPECT_EQ(processes[0].pid, 114687);
  EXPECT_EQ(processes[0].memory, 19135 * mib);
  EXPECT_EQ(processes[1].name, "sglang::scheduler");
}

TEST(ParseProcesses, TakesNamesWithCommasAndMemoryThatIsNotTold) {
  const auto processes = parse_processes(
      "GPU-a, 12, [N/A], /opt/a, b/run\nGPU-a, 13, 8, [Insufficient Permissions]\n"
      "GPU-a, -1, 8, x\nGPU-a, y, 8, x\nno processes\n");
  ASSERT_THAT(processes, SizeIs(2));
  EXPECT_EQ(processes[0].name, "/opt/a, b/run");
  EXPECT_EQ(processes[0].memory, std::nullopt);
}

TEST(ParseMeminfo, CountsInBytes) {
  const HostMemory memory = parse_meminfo(
      "MemTotal:       125518040 kB\nMemFree:         3207612 kB\nMemAvailable:   98301148 kB\n"
      "Buffers:          512340 kB\nShmem:             81232 kB\nSwapTotal:      16777212 kB\n"
      "SwapFree:       16777212 kB\nHugePages_Total:       0\n");
  EXPECT_EQ(memory.total, 125518040ull * 1024);
  EXPECT_EQ(memory.available, 98301148ull * 1024);
  EXPECT_EQ(memory.free, 3207612ull * 1024);
  EXPECT_EQ(memory.shared, 81232ull * 1024);
  EXPECT_EQ(memory.swap_free, 16777212ull * 1024);
  EXPECT_EQ(parse_meminfo("rubbish\n: :\nMemTotal: x kB"), HostMemory{});
}

const std::string id(64, 'a');

TEST(ParseCgroup, FindsPodAndContainer) {
  EXPECT_EQ(parse_cgroup("0::/kubepods.slice/kubepods-burstable.slice/"
                         "kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice/"
                         "cri-containerd-" +
                         id + ".scope\n"),
            (Cgroup{.pod = "0a1b2c3d-1111-2222-3333-444455556666", .container = id}));
  EXPECT_EQ(
      parse_cgroup("0::/kubepods/besteffort/pod0a1b2c3d-1111-2222-3333-444455556666/" + id + "\n"),
      (Cgroup{.pod = "0a1b2c3d-1111-2222-3333-444455556666", .container = id}));
  EXPECT_EQ(parse_cgroup("0::/system.slice/docker-" + id + ".scope\n"),
            (Cgroup{.pod = "", .container = id}));
  EXPECT_EQ(parse_cgroup("12:pids:/docker/" + id + "\n1:name=systemd:/docker/" + id + "\n"),
            (Cgroup{.pod = "", .container = id}));
  EXPECT_EQ(parse_cgroup("0::/user.slice/user-1000.slice/session-2.scope\n"), Cgroup{});
  EXPECT_EQ(parse_cgroup("0::/podman.slice/pod.slice\n"), Cgroup{});
  EXPECT_EQ(parse_cgroup(""), Cgroup{});
}

}  // namespace
}  // namespace gpu
