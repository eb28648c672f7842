#include "config/paths.h"

#include "base/error.h"

namespace config {
namespace {

namespace fs = std::filesystem;

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

fs::path base_folder(const Environment& environment, const std::string& variable,
                     const char* below_home) {
  fs::path named = value_of(environment, variable);
  if (named.is_absolute()) return named;
  const fs::path home = value_of(environment, "HOME");
  if (home.is_absolute()) return home / below_home;
  throw base::Error("no home folder", "neither HOME nor " + variable + " is an absolute path",
                    "set HOME");
}

}  // namespace

Paths resolve_paths(const Environment& environment) {
  constexpr const char* program = "autosre";
  Paths paths;
  paths.data = base_folder(environment, "XDG_DATA_HOME", ".local/share") / program;
  paths.config = base_folder(environment, "XDG_CONFIG_HOME", ".config") / program;
  paths.state = base_folder(environment, "XDG_STATE_HOME", ".local/state") / program;
  paths.cache = base_folder(environment, "XDG_CACHE_HOME", ".cache") / program;
  const fs::path runtime = value_of(environment, "XDG_RUNTIME_DIR");
  paths.runtime = runtime.is_absolute() ? runtime / program : paths.state / "run";
  return paths;
}

}  // namespace config
