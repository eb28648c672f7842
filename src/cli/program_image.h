// The program's own image for the cluster's pods: packed here, given to this machine's k3s.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "image/containerd.h"

namespace cli {

struct ProgramImage {
  image::Image image;
  std::vector<image::Step> steps;  // until k3s has it; none: it has
};

// nullopt where there is no k3s to give it to, or it does not let us; a warning says so.
std::optional<ProgramImage> plan_program_image();

void import_program_image(const ProgramImage& program, const std::function<bool()>& interrupted);

}  // namespace cli
