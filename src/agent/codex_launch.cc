#include "agent/codex_launch.h"

#include "agent/codex_catalog.h"
#include "agent/codex_environment.h"
#include "agent/codex_settings.h"
#include "agent/proxy_probe.h"
#include "agent/run_id.h"
#include "base/error.h"
#include "config/ports.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

namespace fs = std::filesystem;

CodexModel require_model(const Proxy& proxy, Tools tools) {
  const auto body = ask_model_list(proxy);
  if (!body) throw unreachable(proxy, body.error());
  auto model = choose_codex_model(*body, tools);
  if (!model)
    throw base::Error("the proxy at " + text_of(proxy.url) + " offers no model for Codex",
                      model.error(),
                      "run `autosre start --local`, or name a Codex proxy with --url");
  return *std::move(model);
}

std::vector<std::string> notes_on(const CodexModel& model, Tools tools) {
  if (!model.window) return {"the model's window is unknown: Codex compacts only when refused"};
  const std::string advice = codex_window_advice(*model.window, tools);
  return advice.empty() ? std::vector<std::string>() : std::vector{advice};
}

CodexLaunch launch_of(const LaunchRequest& request, const Proxy& proxy, const CodexModel& model,
                      const config::Environment& environment) {
  const config::Paths paths = config::resolve_paths(environment);
  const bool is_hidden = request.need == Need::description && !proxy.token_file.empty();
  CodexLaunch launch{.proxy_url = text_of(proxy.url),
                     .label = model.label,
                     .token = is_hidden ? "(secret)" : proxy.token,
                     .token_file = proxy.token_file,
                     .run_id = run_id_of(environment),
                     .home = paths.data / "codex",
                     .users_home = {},
                     .catalog_file = {},
                     .window = {},
                     .priority = request.priority,
                     .tools = request.tools,
                     .mcp = {}};
  if (request.tools == Tools::all) launch.mcp = mcp_entries(sys::this_executable());
  launch.catalog_file = launch_folder(paths, launch.run_id) / "models.json";
  if (model.window) launch.window = plan_codex_window(*model.window);
  const auto home = environment.find("HOME");
  std::error_code ignored;
  if (home != environment.end() && fs::exists(fs::path(home->second) / ".codex", ignored))
    launch.users_home = home->second;
  return launch;
}

LaunchFile config_file(const CodexLaunch& launch) {
  const fs::path path = launch.home / "config.toml";
  const auto kept = sys::read_file(path);
  return {.path = path, .text = kept ? renewed_config(*kept, launch) : codex_config_file(launch)};
}

}  // namespace

LaunchPlan plan_codex(const LaunchRequest& request, const config::Environment& environment) {
  const Proxy proxy = find_proxy(request, config::codex_proxy_port, environment);
  if (request.need == Need::answers) require_health(proxy);
  const CodexModel model = require_model(proxy, request.tools);
  const CodexLaunch launch = launch_of(request, proxy, model, environment);
  LaunchPlan plan{.agent = {.program = "codex", .name = "Codex", .package = "@openai/codex"},
                  .label = launch.label,
                  .proxy_url = launch.proxy_url,
                  .run_id = launch.run_id,
                  .changes = codex_environment(environment, launch),
                  .secret = {.variable = std::string(codex_token_name), .file = launch.token_file},
                  .settings = codex_settings(launch),
                  .arguments = {},
                  .files = {{.path = launch.catalog_file, .text = model.catalog}},
                  .kept_files = {config_file(launch)},
                  .shell_lines = codex_shell_lines(launch),
                  .notes = notes_on(model, request.tools)};
  plan.arguments = codex_arguments(plan.settings, request.words);
  return plan;
}

}  // namespace agent
