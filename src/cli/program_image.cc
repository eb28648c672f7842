#include "cli/program_image.h"

#include <filesystem>

#include "base/error.h"
#include "cli/output.h"
#include "cli/version.h"
#include "config/paths.h"
#include "image/collect.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/process.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

fs::path archive_of(const image::Image& image) {
  return config::resolve_paths(sys::environment()).cache / (image.exact_tag() + ".oci.tar");
}

}  // namespace

std::optional<ProgramImage> plan_program_image() {
  if (!sys::find_program("k3s", sys::environment())) {
    note(
        "no k3s on this machine: on the node, `sudo autosre k3s image --import` gives it the "
        "image");
    return std::nullopt;
  }
  try {
    ProgramImage program{.image = image::pack(image::collect({}), version()), .steps = {}};
    const image::Argv ctr = image::k3s_ctr();
    program.steps = image::plan_import(image::list_images(ctr), program.image, ctr,
                                       archive_of(program.image).string());
    return program;
  } catch (const base::Error& error) {
    note("warning: the program's image is not given to k3s: " + std::string(error.what()) +
         "; run `sudo autosre k3s image --import`");
    return std::nullopt;
  }
}

void import_program_image(const ProgramImage& program, const std::function<bool()>& interrupted) {
  const fs::path file = archive_of(program.image);
  sys::write_atomically(file, program.image.archive);
  try {
    image::apply(program.steps, [](const image::Step&) {}, interrupted);
  } catch (...) {
    fs::remove(file);
    throw;
  }
  fs::remove(file);
}

}  // namespace cli
