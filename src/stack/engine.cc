// The engine is built here, for this processor, from the source in its package.
#include <algorithm>
#include <array>
#include <deque>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "stack/archive.h"
#include "stack/prepare.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/process.h"

namespace stack {
namespace {

namespace fs = std::filesystem;

void check_tools() {
  const config::Environment environment = sys::environment();
  std::string missing;
  for (const char* tool : {"cmake", "ninja", "c++"})
    if (!sys::find_program(tool, environment))
      missing += std::string(missing.empty() ? "" : ", ") + tool;
  if (missing.empty()) return;
  throw base::Error("cannot build the engine", "not installed: " + missing,
                    "install cmake, ninja-build and g++, or name a llama-server with --engine");
}

void unpack_source(const EngineEntry& engine, const fs::path& package, const fs::path& source,
                   const Observer& observer) {
  if (fs::exists(source)) return;  // whole, as it gets its name last
  const fs::path partial = source.string() + ".partial";
  fs::remove_all(partial);
  int files = 0;
  unpack_below(package, engine.folder, partial, [&] {
    if (++files % 100 == 0) observer.progress("unpacking the engine's source", std::nullopt);
    if (observer.interrupted()) throw Interrupted{};
  });
  fs::rename(partial, source);
}

// A step of the build: its output goes to the log, its last lines into the error.
class Builder {
 public:
  Builder(const fs::path& log, const Observer& observer)
      : log_path_(log), log_(sys::open_for_append(log)), observer_(observer) {}

  void run(const std::vector<std::string>& argv, std::string_view text) {
    observer_.progress(text, std::nullopt);
    const auto result = sys::run(
        {.argv = argv, .extra_environment = {{"NINJA_STATUS", "[%f/%t] "}}},
        [&](std::string_view line) { take(line, text); }, observer_.interrupted);
    if (result.was_interrupted) throw Interrupted{};
    if (result.ended.signal == 0 && result.ended.code == 0) return;
    throw base::Error("cannot build the engine: " + describe(result.ended), tail(),
                      "see \"" + log_path_.string() + "\", or name a llama-server with --engine");
  }

 private:
  void take(std::string_view line, std::string_view text) {
    const std::string whole = std::string(line) + "\n";
    [[maybe_unused]] const ssize_t count = write(log_.get(), whole.data(), whole.size());
    if (const auto steps = parse_build_progress(line))
      return observer_.progress(text, static_cast<double>(steps->done) / steps->total);
    last_.emplace_back(line);
    if (last_.size() > 12) last_.pop_front();
  }

  std::string tail() const {
    std::string text;
    for (const std::string& line : last_) text += "\n  " + line;
    return text;
  }

  fs::path log_path_;
  sys::Descriptor log_;
  const Observer& observer_;
  std::deque<std::string> last_;
};

void build(const EngineEntry& engine, const fs::path& source, const fs::path& folder,
           const fs::path& log, const Observer& observer) {
  std::vector<std::string> configure = {"cmake",         "-S", source.string(), "-B",
                                        folder.string(), "-G", "Ninja"};
  configure.insert(configure.end(), engine.cmake_flags.begin(), engine.cmake_flags.end());
  if (sys::find_program("ccache", sys::environment()))
    configure.insert(configure.end(), {"-DCMAKE_C_COMPILER_LAUNCHER=ccache",
                                       "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"});
  Builder builder(log, observer);
  builder.run(configure, "configuring the engine's build");
  builder.run({"ninja", "-C", folder.string(), engine.target},
              fmt::format("building {} (once, some minutes)", engine.name));
}

void check_runs(const fs::path& program) {
  std::string output;
  const auto result = sys::run(
      {.argv = {program.string(), "--version"}},
      [&](std::string_view line) { output += "\n  " + std::string(line); }, [] { return false; });
  if (result.ended.signal == 0 && result.ended.code == 0) return;
  throw base::Error("the engine that was built does not run: " + describe(result.ended), output);
}

}  // namespace

std::optional<Steps> parse_build_progress(std::string_view line) {
  if (!line.starts_with('[')) return std::nullopt;
  const size_t slash = line.find('/');
  const size_t bracket = line.find(']');
  if (slash == std::string_view::npos || bracket == std::string_view::npos || slash > bracket)
    return std::nullopt;
  const auto done = base::parse_number(line.substr(1, slash - 1));
  const auto total = base::parse_number(line.substr(slash + 1, bracket - slash - 1));
  if (!done || !total || *total <= 0 || *done > *total || *total > 1'000'000) return std::nullopt;
  return Steps{.done = static_cast<int>(*done), .total = static_cast<int>(*total)};
}

fs::path ensure_engine(const EngineEntry& engine, const config::Paths& paths, const fs::path& log,
                       const Observer& observer) {
  const fs::path installed = paths.data / "engine" / engine.version / engine.target;
  const fs::path recorded = installed.string() + ".flags";
  const std::string flags = fmt::format("{}\n", fmt::join(engine.cmake_flags, "\n"));
  if (fs::exists(installed) && sys::read_file(recorded) == flags) return installed;
  check_tools();
  const fs::path package = ensure_package(engine.package, paths, observer);
  const fs::path work = paths.cache / "engine" / engine.version;
  unpack_source(engine, package, work / "src", observer);
  build(engine, work / "src", work / "build", log, observer);
  const fs::path built = work / "build" / engine.program;
  check_runs(built);
  const fs::path partial = installed.string() + ".partial";
  fs::create_directories(installed.parent_path());
  fs::copy_file(built, partial, fs::copy_options::overwrite_existing);
  fs::rename(partial, installed);
  sys::write_atomically(recorded, flags);
  std::error_code ignored;  // what is left over costs disk only
  fs::remove_all(work, ignored);
  fs::remove(package, ignored);
  return installed;
}

}  // namespace stack
