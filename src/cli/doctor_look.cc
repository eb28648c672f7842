#include <chrono>
#include <fstream>
#include <system_error>

#include <unistd.h>

#include "base/strings.h"
#include "cli/doctor.h"
#include "config/ports.h"
#include "stack/catalog.h"
#include "stack/state.h"
#include "sys/files.h"
#include "sys/process.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds health_deadline{500};
constexpr std::chrono::milliseconds version_deadline{1200};

// The folder, or the nearest one above it that exists and in which it could be made.
fs::path nearest_existing(fs::path folder) {
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

bool can_be_written(const fs::path& folder) {
  const fs::path nearest = nearest_existing(folder);
  std::error_code ignored;
  return fs::is_directory(nearest, ignored) && access(nearest.c_str(), W_OK) == 0;
}

std::string ask_version(const fs::path& program) {
  const auto end = std::chrono::steady_clock::now() + version_deadline;
  sys::Spawn command;
  command.argv = {program.string(), "--version"};
  // A look at its version must not make it phone home, nor write to the user's own folder.
  command.extra_environment = {{"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"},
                               {"DISABLE_AUTOUPDATER", "1"},
                               {"CODEX_HOME", "/dev/null"}};
  std::string version;
  const auto on_line = [&](std::string_view line) {
    if (version.empty()) version = parse_version(line);
  };
  sys::run(command, on_line, [&] { return std::chrono::steady_clock::now() > end; });
  return version;
}

Seen::Agent look_at_agent(const char* program, const config::Environment& environment) {
  Seen::Agent agent{.path = sys::find_program(program, environment), .version = {}};
  if (agent.path) agent.version = ask_version(*agent.path);
  return agent;
}

// MemAvailable of /proc/meminfo, in bytes.
std::uintmax_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::uintmax_t kib = 0;
  std::string unit;
  while (file >> name >> kib) {
    if (name == "MemAvailable:") return kib * 1024;
    std::getline(file, unit);
  }
  return 0;
}

// "Model:  NVIDIA GB10" in /proc/driver/nvidia/gpus/BUS/information.
std::string find_gpu() {
  std::error_code error;
  for (fs::directory_iterator it("/proc/driver/nvidia/gpus", error), end; !error && it != end;
       it.increment(error)) {
    std::ifstream file(it->path() / "information");
    std::string line;
    while (std::getline(file, line))
      if (line.starts_with("Model:")) return std::string(base::trim(line.substr(6)));
    return "present";
  }
  return {};
}

Seen::Port look_at_port(int number, std::string purpose, bool is_running) {
  Seen::Port port{.number = number,
                  .purpose = std::move(purpose),
                  .is_free = sys::is_port_free(number),
                  .is_ours = false,
                  .owner = {}};
  if (port.is_free) return port;
  port.owner = sys::listener_of(number);
  const bool is_our_program =
      port.owner && (port.owner->name == "autosre" || port.owner->name == "llama-server");
  port.is_ours = is_running && is_our_program;
  return port;
}

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

void look_at_stack(Seen& seen, const config::Paths& paths) {
  const auto found = stack::find_running(stack::files_of(paths));
  seen.is_running = found.is_ours;
  seen.proxy_url = "http://127.0.0.1:" + std::to_string(config::proxy_port);
  seen.codex_proxy_url = "http://127.0.0.1:" + std::to_string(config::codex_proxy_port);
  if (found.is_ours && found.state) {
    seen.proxy_url = found.state->proxy_url;
    seen.codex_proxy_url = found.state->codex_proxy_url;
  }
  seen.health = stack::ask_health(seen.proxy_url, health_deadline);
  seen.codex_health = stack::ask_health(seen.codex_proxy_url, health_deadline);
  const stack::Catalog& catalog = stack::catalog();
  seen.engine = paths.data / "engine" / catalog.engine.version / "llama-server";
  seen.model = paths.data / "models" / catalog.model.file;
  seen.has_engine = fs::exists(seen.engine);
  seen.has_model = fs::exists(seen.model);
  seen.model_bytes = size_of(seen.model);
}

}  // namespace

Seen look(const config::Environment& environment) {
  const config::Paths paths = config::resolve_paths(environment);
  Seen seen;
  seen.claude = look_at_agent("claude", environment);
  seen.codex = look_at_agent("codex", environment);
  for (const auto& [name, path] : {std::pair{"data", paths.data},
                                   {"config", paths.config},
                                   {"state", paths.state},
                                   {"cache", paths.cache},
                                   {"runtime", paths.runtime}})
    seen.folders.push_back({.name = name, .path = path, .is_writable = can_be_written(path)});
  look_at_stack(seen, paths);
  seen.ports = {look_at_port(config::api_port, "engine", seen.is_running),
                look_at_port(config::proxy_port, "Anthropic proxy", seen.is_running),
                look_at_port(config::codex_proxy_port, "Codex proxy", seen.is_running)};
  seen.available_memory = available_memory();
  seen.disk = nearest_existing(paths.data);
  std::error_code error;
  const fs::space_info space = fs::space(seen.disk, error);
  seen.free_disk = error ? 0 : space.available;
  seen.gpu = find_gpu();
  for (const char* tool : {"k3s", "kubectl", "helm"})
    seen.cluster_tools.push_back({.name = tool, .path = sys::find_program(tool, environment)});
  seen.request_log = paths.data / "proxy-requests.jsonl";
  seen.request_log_bytes = size_of(seen.request_log);
  return seen;
}

}  // namespace cli
