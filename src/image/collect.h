// Gathers from this machine's disk what goes into an image: programs and the libraries they load.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "image/layout.h"

namespace image {

struct Contents {
  // Builds of this program, one for each machine; none: the program that runs.
  std::vector<std::filesystem::path> programs = {};
  // Other programs that it may run, such as pdftotext; each goes to the images of its machine.
  std::vector<std::filesystem::path> tools = {};
  // Where shared libraries are looked for before this system's own folders.
  std::vector<std::filesystem::path> library_folders = {};
};

// Throws base::Error when a file cannot be read, is no program, or a library is not found.
std::vector<Platform> collect(const Contents& contents);

}  // namespace image
