#include "agent/claude_launch.h"

#include "agent/claude_arguments.h"
#include "agent/claude_environment.h"
#include "agent/claude_settings.h"
#include "agent/proxy_probe.h"
#include "agent/run_id.h"
#include "base/error.h"
#include "base/strings.h"
#include "config/ports.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

std::string wished_label(const config::Environment& environment) {
  const auto found = environment.find("AUTOSRE_CLAUDE_LABEL");
  return found == environment.end() ? std::string() : found->second;
}

ServedModel require_model(const Proxy& proxy, const std::string& wished, Need need) {
  const auto served = ask_models(proxy);
  if (!served && need == Need::description && !wished.empty()) return {wished, {}, {}};
  if (!served) throw unreachable(proxy, served.error());
  const auto model = choose_model(wished, *served);
  if (!model)
    throw base::Error("the proxy at " + text_of(proxy.url) + " offers no label for Claude Code",
                      model.error(), "set AUTOSRE_CLAUDE_LABEL, or run `autosre start --local`");
  return *model;
}

// What the user's --settings names: JSON itself or a file.
std::string read_settings(const std::string& value) {
  if (base::trim(value).starts_with('{')) return value;
  const auto text = sys::read_file(value);
  if (!text) throw base::Error("cannot read the settings " + value, "there is no such file");
  return *text;
}

ClaudeLaunch launch_of(const LaunchRequest& request, const Proxy& proxy, const ServedModel& model,
                       const config::Environment& environment) {
  const bool is_hidden = request.need == Need::description && !proxy.token_file.empty();
  return {.proxy_url = text_of(proxy.url),
          .api_url = text_of(proxy.api) + "/v1",
          .label = model.id,
          .token = is_hidden ? "(secret)" : proxy.token,
          .token_file = proxy.token_file,
          .run_id = run_id_of(environment),
          .window = model.window
                        ? std::optional(plan_window(*model.window, request.tools, model.max_output))
                        : std::nullopt,
          .priority = request.priority,
          .tools = request.tools,
          .mcp = request.tools == Tools::all ? mcp_entries(sys::this_executable())
                                             : std::vector<McpEntry>()};
}

std::vector<std::string> notes_on(const ServedModel& model, Tools tools) {
  if (!model.window)
    return {"the model's window is unknown: Claude Code compacts only when refused"};
  const std::string advice = window_advice(*model.window, tools);
  return advice.empty() ? std::vector<std::string>() : std::vector{advice};
}

std::vector<LaunchFile> make_files(const std::filesystem::path& folder,
                                   const EnvironmentChanges& changes, const ClaudeLaunch& launch,
                                   const std::vector<std::string>& words, const std::string& own) {
  const AutoMode mode = asks_for_auto_mode(words) ? AutoMode::as_configured : AutoMode::off;
  auto settings = claude_settings(changes, launch, mode, own);
  if (!settings) throw base::Error("the given --settings cannot be used", settings.error());
  return {{.path = folder / "settings.json", .text = *std::move(settings)},
          {.path = folder / "mcp.json", .text = claude_mcp_config(launch)}};
}

}  // namespace

LaunchPlan plan_claude(const LaunchRequest& request, const config::Environment& environment) {
  const Proxy proxy = find_proxy(request, config::proxy_port, environment);
  if (request.need == Need::answers) require_health(proxy);
  const ServedModel model = require_model(proxy, wished_label(environment), request.need);
  const ClaudeLaunch launch = launch_of(request, proxy, model, environment);
  std::vector<std::string> words = request.words;
  const auto own = take_settings(words);
  LaunchPlan plan{
      .agent = {.program = "claude", .name = "Claude Code", .package = "@anthropic-ai/claude-code"},
      .label = launch.label,
      .proxy_url = launch.proxy_url,
      .run_id = launch.run_id,
      .changes = claude_environment(environment, launch),
      .secret = secret_of(launch),
      .settings = {},
      .arguments = {},
      .files = {},
      .kept_files = {},
      .shell_lines = {},
      .notes = notes_on(model, request.tools)};
  const auto folder = launch_folder(config::resolve_paths(environment), launch.run_id);
  plan.files = make_files(folder, plan.changes, launch, words, own ? read_settings(*own) : "");
  plan.arguments = claude_arguments(
      {.settings = plan.files[0].path.string(), .mcp = plan.files[1].path.string()}, request.tools,
      words);
  return plan;
}

}  // namespace agent
