// What nvidia-smi prints for the queries that are asked here. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gpu/snapshot.h"

namespace gpu {

// The arguments behind "nvidia-smi".
std::vector<std::string> device_query();
std::vector<std::string> process_query();

// Lines that are none of the answer (warnings of the driver) are passed over. What the device does
// not report ("[N/A]", "[Not Supported]", "[Unknown Error]") is absent.
std::vector<Device> parse_devices(std::string_view output);
std::vector<Process> parse_processes(std::string_view output);

}  // namespace gpu
