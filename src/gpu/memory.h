// The host's memory, as /proc/meminfo has it: on a GB10 it is the GPU's too.
#pragma once

#include <cstdint>
#include <string_view>

namespace gpu {

// Bytes; 0: not told.
struct HostMemory {
  std::uint64_t total = 0;
  std::uint64_t available = 0;  // what new programs can have without swapping
  std::uint64_t free = 0;       // without the page cache
  std::uint64_t shared = 0;     // tmpfs, /dev/shm among it
  std::uint64_t swap_total = 0;
  std::uint64_t swap_free = 0;

  bool operator==(const HostMemory&) const = default;
};

// Pure.
HostMemory parse_meminfo(std::string_view text);

}  // namespace gpu
