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

// The folder that `-C` or `--cd` names, else the present one.
fs::path folder_of(const std::vector<std::string>& words) {
  fs::path folder;
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const bool is_next = words[i] == "-C" || words[i] == "--cd";
    if (is_next && i + 1 < words.size()) folder = words[i + 1];
    if (words[i].starts_with("--cd=")) folder = words[i].substr(5);
  }
  std::error_code ignored;
  return fs::weakly_canonical(fs::current_path(ignored) / folder, ignored);
}

// A project is the nearest folder from here upwards with a .git, else the folder itself.
fs::path project_of(const fs::path& folder) {
  std::error_code ignored;
  for (fs::path at = folder; at.has_relative_path(); at = at.parent_path())
    if (fs::exists(at / ".git", ignored)) return at;
  return folder;
}

// The user's home, if it is the project and has a .codex.
fs::path home_as_project(const config::Environment& environment,
                         const std::vector<std::string>& words) {
  const auto found = environment.find("HOME");
  if (found == environment.end()) return {};
  std::error_code ignored;
  const fs::path home = fs::canonical(found->second, ignored);
  if (!fs::exists(home / ".codex", ignored)) return {};
  return project_of(folder_of(words)) == home ? home : fs::path();
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
  launch.users_home = home_as_project(environment, request.words);
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
