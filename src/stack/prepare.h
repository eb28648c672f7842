// Gets the engine and the default model onto this machine: download, check, unpack, build, install.
// Each part is done once; a part that was interrupted goes on where it was.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/paths.h"
#include "stack/catalog.h"

namespace stack {

// Where long work tells how far it is (a fraction from 0 to 1, if known) and asks whether to go on.
struct Observer {
  std::function<void(std::string_view text, std::optional<double> fraction)> progress;
  std::function<bool()> interrupted;
};

// Thrown out of all work when `interrupted` says yes.
struct Interrupted {};

// Downloads the package, or finds it in cache/packages; its SHA-256 is right.
std::filesystem::path ensure_package(const Package& package, const config::Paths& paths,
                                     const Observer& observer);

// data/engine/VERSION/llama-server, built anew when the flags of its build have changed; `log`
// takes what the build prints.
std::filesystem::path ensure_engine(const EngineEntry& engine, const config::Paths& paths,
                                    const std::filesystem::path& log, const Observer& observer);

// data/models/FILE.
std::filesystem::path ensure_model(const ModelEntry& model, const config::Paths& paths,
                                   const Observer& observer);

// "[12/340] Building…" -> 12 of 340. Pure.
struct Steps {
  int done = 0;
  int total = 0;
};
std::optional<Steps> parse_build_progress(std::string_view line);

// What to call the package client with, and what it finds in its environment. Pure.
struct Download {
  std::vector<std::string> argv;
  config::Environment environment;
  std::string requirements;  // the text of the file named in argv
};
Download plan_download(const Package& package, const std::filesystem::path& folder);

}  // namespace stack
