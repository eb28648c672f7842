// Where files live: the XDG base directories, from a map of environment variables (pure).
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace config {

using Environment = std::map<std::string, std::string>;

// Each is the program's own folder below the XDG one. An empty or relative XDG_* is ignored, as the
// XDG Base Directory Specification says.
struct Paths {
  std::filesystem::path data;     // ~/.local/share/autosre
  std::filesystem::path config;   // ~/.config/autosre
  std::filesystem::path state;    // ~/.local/state/autosre
  std::filesystem::path cache;    // ~/.cache/autosre
  std::filesystem::path runtime;  // $XDG_RUNTIME_DIR/autosre, else state/run
};

// Throws base::Error when neither HOME nor the XDG variable that is needed is set.
Paths resolve_paths(const Environment& environment);

}  // namespace config
