#include <array>
#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "net/url.h"
#include "stack/health.h"
#include "stack/start.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace stack {
namespace {

namespace fs = std::filesystem;

// A model that is not from the catalog gets at most this window unless told otherwise: its own may
// need more memory than there is.
constexpr int default_context_of_own_model = 32768;
constexpr int smallest_context = 1024;

std::string resolve_upstream(const std::string& text) {
  const auto url = net::parse_url(text);
  if (!url)
    throw base::Error("--upstream \"" + text + "\" cannot be used", url.error(),
                      "give the address of an OpenAI-compatible server, such as "
                      "http://127.0.0.1:8000",
                      base::Exit::usage);
  const std::string address = "http://" + url->authority() + url->path;
  if (ask_health(address, std::chrono::seconds(5)) != Health::unreachable) return address;
  throw base::Error("the upstream " + address + " does not answer", {},
                    "start it first, or check the address");
}

fs::path resolve_engine(const StartOptions& options, const config::Paths& paths,
                        const Observer& observer) {
  if (options.engine.empty())
    return ensure_engine(catalog().engine, paths, files_of(paths).log_of("build"), observer);
  const auto found = sys::find_program(options.engine, sys::environment());
  if (found) return fs::absolute(*found);
  throw base::Error("--engine \"" + options.engine + "\" cannot be run", "no such program",
                    "name a llama-server", base::Exit::usage);
}

fs::path resolve_own_model(const std::string& text) {
  std::ifstream file(text, std::ios::binary);
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  if (file && std::string_view(magic.data(), magic.size()) == "GGUF") return fs::absolute(text);
  throw base::Error("--model \"" + text + "\" cannot be used",
                    file.is_open() ? "it is no GGUF file" : "it cannot be read",
                    "name a .gguf file, or leave --model out for the default model",
                    base::Exit::usage);
}

void use_own_model(Settings& settings, const StartOptions& options) {
  settings.model_path = resolve_own_model(options.model);
  settings.model = settings.model_path.stem().string();
  settings.context_length = options.context > 0 ? options.context : default_context_of_own_model;
}

void use_catalog_model(Settings& settings, const StartOptions& options, const config::Paths& paths,
                       const Observer& observer) {
  const ModelEntry& entry = catalog().model;
  settings.model_path = ensure_model(entry, paths, observer);
  settings.model = entry.id;
  settings.slots = entry.slots;
  settings.context_length = options.context > 0 ? options.context : entry.context_length;
  for (const auto& flags : {entry.flags, stretch_flags(entry, settings.context_length)})
    settings.engine_flags.insert(settings.engine_flags.end(), flags.begin(), flags.end());
}

void check_different(int port, const char* name, int other, const char* other_name) {
  if (port != other) return;
  throw base::Error(fmt::format("{} and {} are the same", name, other_name), {}, "choose two ports",
                    base::Exit::usage);
}

void check_combination(const StartOptions& options) {
  if (!options.upstream.empty() && (!options.model.empty() || options.context != 0))
    throw base::Error("--upstream excludes --model and --context", "the upstream brings its own",
                      {}, base::Exit::usage);
  if (options.context != 0 && options.context < smallest_context)
    throw base::Error(fmt::format("--context {} is too small", options.context), {},
                      fmt::format("give at least {} tokens", smallest_context), base::Exit::usage);
  for (const int port : {options.api_port, options.proxy_port, options.codex_proxy_port})
    if (port < 1 || port > 65535)
      throw base::Error(fmt::format("{} is no port", port), {}, "give a number from 1 to 65535",
                        base::Exit::usage);
  check_different(options.proxy_port, "--proxy-port", options.codex_proxy_port,
                  "--codex-proxy-port");
  if (!options.upstream.empty()) return;
  check_different(options.api_port, "--api-port", options.proxy_port, "--proxy-port");
  check_different(options.api_port, "--api-port", options.codex_proxy_port, "--codex-proxy-port");
}

}  // namespace

Settings resolve_settings(const StartOptions& options, const config::Paths& paths,
                          const Observer& observer) {
  check_combination(options);
  Settings settings;
  settings.program = sys::this_executable();
  settings.api_port = options.api_port;
  settings.proxy_port = options.proxy_port;
  settings.codex_proxy_port = options.codex_proxy_port;
  if (!options.upstream.empty()) {
    settings.upstream = resolve_upstream(options.upstream);
    return settings;
  }
  settings.engine_flags = catalog().engine.flags;
  if (!options.model.empty()) use_own_model(settings, options);
  settings.engine = resolve_engine(options, paths, observer);
  if (options.model.empty()) use_catalog_model(settings, options, paths, observer);
  return settings;
}

}  // namespace stack
