#include "image/collect.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "sys/files.h"

namespace image {
namespace {

namespace fs = std::filesystem;

struct Loaded {
  fs::path path;
  std::string bytes;
  Elf elf;
};

Loaded load(const fs::path& path) {
  std::error_code none;
  std::optional<std::string> bytes;
  if (fs::is_regular_file(path, none)) bytes = sys::read_file(path);
  if (!bytes)
    throw base::Error("cannot read \"" + path.string() + "\"", "there is no such file", {},
                      base::Exit::usage);
  base::Result<Elf> elf = read_elf(*bytes);
  if (!elf)
    throw base::Error("cannot pack \"" + path.string() + "\"", elf.error(),
                      "give a program that is built for Linux", base::Exit::usage);
  return {.path = path, .bytes = *std::move(bytes), .elf = *std::move(elf)};
}

// The file, when it is one for that machine.
std::optional<Loaded> library_at(const fs::path& path, Machine machine) {
  std::error_code none;
  if (!fs::is_regular_file(path, none)) return std::nullopt;
  std::optional<std::string> bytes = sys::read_file(path);
  base::Result<Elf> elf = bytes ? read_elf(*bytes) : std::unexpected("");
  if (!elf || elf->machine != machine) return std::nullopt;
  return Loaded{.path = path, .bytes = *std::move(bytes), .elf = *std::move(elf)};
}

// Puts files into one platform's tree, each with the libraries that it loads.
class Packer {
 public:
  Packer(Machine machine, const std::vector<fs::path>& folders)
      : machine_(machine), folders_(folders), tree_(bare_system()) {}

  void add(const Loaded& program, std::string_view target) {
    tree_[std::string(target)] = {program.bytes, 0755, 0, false};
    if (!program.elf.loader.empty()) add_loader(program);
    add_libraries_of(program);
  }

  Tree take() { return std::move(tree_); }

 private:
  // The loader stands where the program says, whatever folder it comes from.
  void add_loader(const Loaded& program) {
    const fs::path wanted(program.elf.loader);
    const std::string target = wanted.lexically_normal().relative_path();
    if (tree_.contains(target)) return;
    std::optional<Loaded> loader = find_in(folders_, wanted.filename());
    if (!loader) loader = library_at(wanted, machine_);
    if (!loader) loader = find_in(system_folders(), wanted.filename());
    if (!loader) fail_missing(wanted.filename(), program.path);
    tree_[target] = {std::move(loader->bytes), 0755, 0, false};
    names_.insert(wanted.filename());
  }

  void add_libraries_of(const Loaded& user) {
    for (const std::string& name : user.elf.libraries) {
      if (!names_.insert(name).second) continue;
      const std::optional<Loaded> given = find_in(folders_, name);
      const std::optional<Loaded> library = given ? given : find_in(system_folders(), name);
      if (!library) fail_missing(name, user.path);
      // A loader knows its system's folders only.
      const fs::path folder = given ? system_folders().front() : library->path.parent_path();
      tree_[(folder / name).relative_path()] = {library->bytes, 0644, 0, false};
      add_libraries_of(*library);
    }
  }

  // In the order of the loader (ld.so(8)).
  std::vector<fs::path> system_folders() const {
    const fs::path triplet(triplet_of(machine_));
    return {"/lib" / triplet, "/usr/lib" / triplet, "/lib64", "/usr/lib64", "/lib", "/usr/lib"};
  }

  std::optional<Loaded> find_in(const std::vector<fs::path>& folders, const fs::path& name) const {
    for (const fs::path& folder : folders)
      if (std::optional<Loaded> found = library_at(folder / name, machine_)) return found;
    return std::nullopt;
  }

  [[noreturn]] void fail_missing(const fs::path& name, const fs::path& user) const {
    std::vector<std::string> places;
    for (const fs::path& folder : folders_) places.push_back(folder);
    for (const fs::path& folder : system_folders()) places.push_back(folder);
    throw base::Error(fmt::format("cannot pack \"{}\"", user.string()),
                      fmt::format("it loads {}, which is for {} in none of {}", name.string(),
                                  architecture_of(machine_), fmt::join(places, ", ")),
                      "name the folder that has it with --libraries");
  }

  Machine machine_;
  const std::vector<fs::path>& folders_;
  Tree tree_;
  std::set<std::string> names_;  // of the libraries that are in it
};

bool has(const std::vector<Platform>& platforms, Machine machine) {
  return std::ranges::find(platforms, machine, &Platform::machine) != platforms.end();
}

}  // namespace

std::vector<Platform> collect(const Contents& contents) {
  // The link rather than its target: the file may have been replaced since this process began.
  const std::vector<fs::path> ours{"/proc/self/exe"};
  const std::vector<fs::path>& programs = contents.programs.empty() ? ours : contents.programs;
  std::vector<Loaded> tools;
  for (const fs::path& path : contents.tools) tools.push_back(load(path));
  std::vector<Platform> platforms;
  for (const fs::path& path : programs) {
    const Loaded program = load(path);
    const Machine machine = program.elf.machine;
    if (has(platforms, machine))
      throw base::Error("cannot pack \"" + path.string() + "\"",
                        fmt::format("there is another program for {}", architecture_of(machine)),
                        "give one --binary for each machine", base::Exit::usage);
    Packer packer(machine, contents.library_folders);
    packer.add(program, program_path);
    for (const Loaded& tool : tools)
      if (tool.elf.machine == machine) packer.add(tool, "usr/bin/" + tool.path.filename().string());
    platforms.push_back({.machine = machine, .tree = packer.take()});
  }
  for (const Loaded& tool : tools)
    if (!has(platforms, tool.elf.machine))
      throw base::Error("cannot add \"" + tool.path.string() + "\"",
                        fmt::format("it is for {}, and no program in the image is",
                                    architecture_of(tool.elf.machine)),
                        {}, base::Exit::usage);
  return platforms;
}

}  // namespace image
