// GPUs, who computes on them and the memory that there is, seen at one moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gpu/memory.h"

namespace gpu {

// Absent is what the device does not report.
struct Device {
  int index = 0;
  std::string uuid = {};
  std::string name = {};                           // "NVIDIA GB10"
  std::string driver = {};                         // "580.142"
  std::optional<std::uint64_t> memory_total = {};  // bytes
  std::optional<std::uint64_t> memory_used = {};
  std::optional<std::uint64_t> memory_free = {};
  std::optional<double> utilisation = {};  // percent of the last second or so in which a kernel ran
  std::optional<double> temperature = {};  // degrees Celsius
  std::optional<double> power = {};        // watts
  std::optional<double> power_limit = {};
  std::optional<double> clock = {};  // MHz, of the multiprocessors
  std::optional<double> clock_limit = {};

  // No memory of its own: it reports none and shares the host's (GB10, Jetson).
  bool is_unified() const { return !memory_total; }
  bool operator==(const Device&) const = default;
};

// A process that computes on a GPU.
struct Process {
  int pid = 0;
  std::string device = {};                   // uuid
  std::string name = {};                     // "python3", "VLLM::EngineCore"
  std::optional<std::uint64_t> memory = {};  // bytes on the GPU
  std::string user = {};                     // empty: not known
  std::string pod = {};                      // uid of its pod; empty: none
  std::string container = {};                // id of its container; empty: none

  bool operator==(const Process&) const = default;
};

struct Snapshot {
  std::vector<Device> devices;
  std::vector<Process> processes;
  HostMemory host;
  std::string problem = {};  // why devices or processes are not known: "no NVIDIA GPU …"

  bool is_unified() const { return !devices.empty() && devices.front().is_unified(); }
};

}  // namespace gpu
