#include "gpu/memory.h"

#include <array>
#include <utility>

#include "base/strings.h"

namespace gpu {

HostMemory parse_meminfo(std::string_view text) {
  HostMemory memory;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 6> rows = {{
      {"MemTotal", &memory.total},
      {"MemAvailable", &memory.available},
      {"MemFree", &memory.free},
      {"Shmem", &memory.shared},
      {"SwapTotal", &memory.swap_total},
      {"SwapFree", &memory.swap_free},
  }};
  for (const std::string_view line : base::split(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = base::trim(line.substr(colon + 1));
    value = value.substr(0, value.find(' '));
    const auto kib = base::parse_number(value);
    for (const auto& [name, member] : rows)
      if (kib && line.substr(0, colon) == name) *member = static_cast<std::uint64_t>(*kib) * 1024;
  }
  return memory;
}

}  // namespace gpu
