// Looks at the GPUs, at who computes on them and at the host's memory.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "config/paths.h"
#include "gpu/snapshot.h"

namespace gpu {

struct Where {
  std::filesystem::path proc = "/proc";
  std::chrono::milliseconds deadline{10'000};  // for each question to the driver
};

// A machine without a GPU, or with a driver that does not answer, is no error: `problem` says so.
// nvidia-smi is found in the environment's PATH.
Snapshot look(const config::Environment& environment, const Where& where = {});

// Pod and container of a process from its /proc/PID/cgroup (cgroup v1 or v2; containerd, CRI-O,
// Docker, Podman). Pure.
struct Cgroup {
  std::string pod;
  std::string container;

  bool operator==(const Cgroup&) const = default;
};
Cgroup parse_cgroup(std::string_view text);

}  // namespace gpu
