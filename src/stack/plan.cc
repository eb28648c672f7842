#include "stack/plan.h"

#include <fmt/format.h>

namespace stack {
namespace {

std::string loopback_url(int port) {
  return fmt::format("http://127.0.0.1:{}", port);
}

std::vector<std::string> engine_argv(const Settings& settings) {
  std::vector<std::string> argv = {
      settings.engine.string(),
      "--host",
      "127.0.0.1",
      "--port",
      std::to_string(settings.api_port),
      "--model",
      settings.model_path.string(),
      "--alias",
      settings.model,
      "--parallel",
      std::to_string(settings.slots),
      "--ctx-size",
      std::to_string(settings.context_length * settings.slots),
  };
  argv.insert(argv.end(), settings.engine_flags.begin(), settings.engine_flags.end());
  return argv;
}

std::vector<std::string> proxy_argv(const Settings& settings, const char* kind, int port) {
  return {settings.program.string(),
          "proxy",
          kind,
          "--listen",
          fmt::format("127.0.0.1:{}", port),
          "--upstream",
          api_url(settings)};
}

}  // namespace

std::string api_url(const Settings& settings) {
  return settings.upstream.empty() ? loopback_url(settings.api_port) : settings.upstream;
}

std::string proxy_url(const Settings& settings) {
  return loopback_url(settings.proxy_port);
}

std::string codex_proxy_url(const Settings& settings) {
  return loopback_url(settings.codex_proxy_port);
}

std::vector<Child> plan_children(const Settings& settings) {
  std::vector<Child> children;
  if (settings.upstream.empty())
    children.push_back({.name = "engine", .argv = engine_argv(settings), .url = api_url(settings)});
  children.push_back({.name = "proxy",
                      .argv = proxy_argv(settings, "anthropic", settings.proxy_port),
                      .url = proxy_url(settings),
                      .reports_backend = true});
  children.push_back({.name = "codex-proxy",
                      .argv = proxy_argv(settings, "codex", settings.codex_proxy_port),
                      .url = codex_proxy_url(settings),
                      .reports_backend = true});
  return children;
}

}  // namespace stack
