// `autosre k3s image`: packs the program into an OCI image archive, and imports it into k3s.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/version.h"
#include "config/paths.h"
#include "image/collect.h"
#include "image/containerd.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/signals.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

// Removed at the end, whatever happens.
struct ScratchFile {
  fs::path path;
  ScratchFile(fs::path where, std::string_view bytes) : path(std::move(where)) {
    sys::write_atomically(path, bytes);
  }
  ~ScratchFile() {
    std::error_code none;
    fs::remove(path, none);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
};

std::string megabytes(size_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::vector<std::string> files_of(const image::Tree& tree) {
  std::vector<std::string> files;
  for (const auto& [path, entry] : tree)
    if (!entry.is_folder) files.push_back("/" + path);
  return files;
}

class K3sImage final : public Command {
 public:
  void declare(Args& args) override {
    args.option("-o,--output", "FILE", output_,
                "where the archive goes; -: standard output [autosre-VERSION.oci.tar]");
    args.option("--binary", "FILE", programs_,
                "pack this build of the program instead of the one that runs; one a machine");
    args.option("--libraries", "FOLDER", libraries_,
                "look for shared libraries here first, for a build of another machine");
    args.option("--add", "PROGRAM", tools_,
                "pack this program too, with its libraries, such as /usr/bin/pdftotext");
    args.flag("--import", imports_, "give the image to k3s on this machine");
    args.flag("--dry-run", is_dry_, "show what would be packed and imported, and do neither");
    args.flag("--json", is_json_, "print it as JSON");
  }

  int run() override {
    if (output_ == "-" && isatty(STDOUT_FILENO) == 1)
      throw base::Error("--output -", "standard output is a terminal",
                        "redirect it to a file or a pipe", base::Exit::usage);
    std::error_code none;
    if (output_ != "-" && fs::exists(output_, none) && !fs::is_regular_file(output_, none))
      throw base::Error("--output " + output_, "there is something else than a file", {},
                        base::Exit::usage);
    image::Contents contents;
    contents.programs.assign(programs_.begin(), programs_.end());
    contents.tools.assign(tools_.begin(), tools_.end());
    contents.library_folders.assign(libraries_.begin(), libraries_.end());
    const std::vector<image::Platform> platforms = image::collect(contents);
    const image::Image image = image::pack(platforms, version());
    if (output_.empty() && !imports_) output_ = fmt::format("autosre-{}.oci.tar", version());
    if (!is_dry_) write(image);
    std::vector<image::Step> steps;
    if (imports_) steps = import(image);
    report(platforms, image, steps);
    return 0;
  }

 private:
  void write(const image::Image& image) const {
    if (output_ != "-") {
      if (!output_.empty()) sys::write_atomically(output_, image.archive);
      return;
    }
    const size_t count = std::fwrite(image.archive.data(), 1, image.archive.size(), stdout);
    if (count != image.archive.size() || std::fflush(stdout) != 0)
      throw base::Error("cannot write to standard output", std::strerror(errno));
  }

  std::vector<image::Step> import(const image::Image& image) const {
    const image::Argv ctr = image::k3s_ctr();
    const fs::path file =
        config::resolve_paths(sys::environment()).cache / (image.exact_tag() + ".oci.tar");
    const auto steps = image::plan_import(image::list_images(ctr), image, ctr, file.string());
    if (is_dry_ || steps.empty()) return steps;
    const ScratchFile scratch(file, image.archive);
    sys::Signals signals({SIGINT, SIGTERM});
    Progress progress;
    image::apply(
        steps, [&](const image::Step& step) { progress.update(step.what); },
        [&] { return signals.wait(std::chrono::milliseconds(0)).has_value(); });
    progress.done({});
    return steps;
  }

  void report(const std::vector<image::Platform>& platforms, const image::Image& image,
              const std::vector<image::Step>& steps) const {
    if (output_ == "-") {
      note(fmt::format("{} {}", image.name(), image.digest));
      return;
    }
    Output output;
    if (is_json_)
      output.json(as_json(platforms, image, steps));
    else
      output.table(as_table(platforms, image, steps));
  }

  json as_json(const std::vector<image::Platform>& platforms, const image::Image& image,
               const std::vector<image::Step>& steps) const {
    json all{{"image", image.name()},
             {"exact_image", image.exact_name()},
             {"digest", image.digest},
             {"file", output_.empty() ? json() : json(output_)},
             {"bytes", image.archive.size()},
             {"platforms", json::array()},
             {"dry_run", is_dry_}};
    for (const image::Platform& platform : platforms)
      all["platforms"].push_back(
          {{"platform", fmt::format("linux/{}", image::architecture_of(platform.machine))},
           {"files", files_of(platform.tree)}});
    if (!imports_) return all;
    all["import"] = json::array();
    for (const image::Step& step : steps) all["import"].push_back(step.what);
    return all;
  }

  Table as_table(const std::vector<image::Platform>& platforms, const image::Image& image,
                 const std::vector<image::Step>& steps) const {
    const auto row = [](std::string_view name, std::string text) {
      return std::vector<Cell>{Cell(std::string(name), Tone::faint), std::move(text)};
    };
    Table table{.titles = {}, .rows = {row("image", image.name()), row("", image.exact_name())}};
    table.rows.push_back(row("digest", image.digest));
    for (const image::Platform& platform : platforms)
      table.rows.push_back(row(fmt::format("linux/{}", image::architecture_of(platform.machine)),
                               fmt::format("{}", fmt::join(files_of(platform.tree), " "))));
    table.rows.push_back(row("size", megabytes(image.archive.size())));
    if (!output_.empty()) table.rows.push_back(row(is_dry_ ? "would write" : "file", output_));
    if (imports_ && steps.empty()) table.rows.push_back(row("import", "k3s has it already"));
    for (const image::Step& step : steps)
      table.rows.push_back(row(is_dry_ ? "would" : "done", step.what));
    return table;
  }

  std::string output_;
  std::vector<std::string> programs_;
  std::vector<std::string> libraries_;
  std::vector<std::string> tools_;
  bool imports_ = false;
  bool is_dry_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_k3s_image() {
  return std::make_unique<K3sImage>();
}

}  // namespace cli
