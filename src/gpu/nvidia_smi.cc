#include "gpu/nvidia_smi.h"

#include <charconv>

#include "base/strings.h"

namespace gpu {
namespace {

constexpr std::uint64_t mib = 1u << 20;
constexpr size_t device_columns = 13;

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (const std::string_view column : base::split(line, ','))
    columns.push_back(base::trim(column));
  return columns;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> mebibytes_in(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number) return std::nullopt;
  return static_cast<std::uint64_t>(*number) * mib;
}

}  // namespace

std::vector<std::string> device_query() {
  return {
      "--query-gpu=index,uuid,name,driver_version,memory.total,memory.used,memory.free,"
      "utilization.gpu,temperature.gpu,power.draw,power.limit,clocks.sm,clocks.max.sm",
      "--format=csv,noheader,nounits"};
}

std::vector<std::string> process_query() {
  return {"--query-compute-apps=gpu_uuid,pid,used_memory,process_name",
          "--format=csv,noheader,nounits"};
}

std::vector<Device> parse_devices(std::string_view output) {
  std::vector<Device> devices;
  for (const std::string_view line : base::split(output, '\n')) {
    const auto columns = columns_of(line);
    const auto index = base::parse_number(columns[0]);
    if (columns.size() != device_columns || !index) continue;
    devices.push_back({.index = static_cast<int>(*index),
                       .uuid = std::string(columns[1]),
                       .name = std::string(columns[2]),
                       .driver = std::string(columns[3]),
                       .memory_total = mebibytes_in(columns[4]),
                       .memory_used = mebibytes_in(columns[5]),
                       .memory_free = mebibytes_in(columns[6]),
                       .utilisation = number_in(columns[7]),
                       .temperature = number_in(columns[8]),
                       .power = number_in(columns[9]),
                       .power_limit = number_in(columns[10]),
                       .clock = number_in(columns[11]),
                       .clock_limit = number_in(columns[12])});
  }
  return devices;
}

std::vector<Process> parse_processes(std::string_view output) {
  std::vector<Process> processes;
  for (const std::string_view line : base::split(output, '\n')) {
    const auto columns = columns_of(line);
    if (columns.size() < 4) continue;
    const auto pid = base::parse_number(columns[1]);
    if (!pid || *pid <= 0 || *pid > 1 << 30) continue;
    // The name comes last, for it may hold commas itself.
    size_t begin = 0;
    for (int comma = 0; comma < 3; ++comma) begin = line.find(',', begin) + 1;
    const std::string_view name = base::trim(line.substr(begin));
    processes.push_back({.pid = static_cast<int>(*pid),
                         .device = std::string(columns[0]),
                         .name = std::string(name),
                         .memory = mebibytes_in(columns[2])});
  }
  return processes;
}

}  // namespace gpu
