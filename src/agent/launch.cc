#include "agent/launch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include "agent/claude_arguments.h"
#include "agent/claude_settings.h"
#include "agent/proxy_probe.h"
#include "base/error.h"
#include "base/strings.h"
#include "config/ports.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

std::string value_of(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

net::Url parse_address(const std::string& text) {
  const auto url = net::parse_url(text);
  if (!url)
    throw base::Error("'" + text + "' is not the address of a proxy", url.error(), "",
                      base::Exit::usage);
  return *url;
}

std::string read_token(const std::string& file) {
  if (file.empty()) return "local";
  const auto text = sys::read_file(file);
  if (!text || base::trim(*text).empty())
    throw base::Error("cannot use the token file " + file, text ? "it is empty" : "there is none",
                      "correct AUTOSRE_TOKEN_FILE");
  return std::string(base::trim(*text));
}

Proxy find_proxy(const ClaudeRequest& request, const config::Environment& environment) {
  const std::string local = fmt::format("http://127.0.0.1:{}", config::proxy_port);
  Proxy proxy{.url = parse_address(request.proxy_url.empty() ? local : request.proxy_url),
              .api = {},
              .token = read_token(value_of(environment, "AUTOSRE_TOKEN_FILE"))};
  proxy.api = request.api_url.empty()
                  ? net::Url{.host = proxy.url.host, .port = config::api_port, .path = ""}
                  : parse_address(request.api_url);
  return proxy;
}

base::Error unreachable(const Proxy& proxy, const std::string& why) {
  return base::Error("the proxy at " + text_of(proxy.url) + " cannot be reached", why,
                     "run `autosre start --local`");
}

void require_health(const Proxy& proxy) {
  switch (ask_health(proxy)) {
    case stack::Health::ok:
      return;
    case stack::Health::unreachable:
      throw unreachable(proxy, "nothing answers there");
    case stack::Health::loading:
      throw base::Error("the model is still loading", "", "`autosre status` shows how far it is");
    case stack::Health::error:
      break;
  }
  throw base::Error("the model does not answer", "the proxy at " + text_of(proxy.url) + " says so",
                    "see `autosre status`, or run `autosre start --local`");
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

// It becomes part of a file name and of a header.
std::string require_run_id(const config::Environment& environment) {
  std::string own = value_of(environment, "AUTOSRE_RUN_ID");
  if (own.empty()) return new_run_id();
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (own.size() > 100 || own.starts_with('.') || own.find_first_not_of(allowed) != own.npos)
    throw base::Error("AUTOSRE_RUN_ID is not usable",
                      "'" + own +
                          "' holds other than letters, digits, "
                          "'-', '_' and '.', or is too long",
                      "unset it for a new one", base::Exit::usage);
  return own;
}

// What the user's --settings names: JSON itself or a file.
std::string read_settings(const std::string& value) {
  if (base::trim(value).starts_with('{')) return value;
  const auto text = sys::read_file(value);
  if (!text) throw base::Error("cannot read the settings " + value, "there is no such file");
  return *text;
}

std::vector<LaunchFile> make_files(const std::filesystem::path& folder, const ClaudePlan& plan,
                                   const std::vector<std::string>& words, const std::string& own) {
  const AutoMode mode = asks_for_auto_mode(words) ? AutoMode::as_configured : AutoMode::off;
  auto settings = claude_settings(plan.changes, plan.launch, mode, own);
  if (!settings) throw base::Error("the given --settings cannot be used", settings.error());
  return {{.path = folder / "settings.json", .text = *std::move(settings)},
          {.path = folder / "mcp.json", .text = claude_mcp_config()}};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

ClaudePlan plan_claude(const ClaudeRequest& request, const config::Environment& environment) {
  const Proxy proxy = find_proxy(request, environment);
  if (request.need == Need::answers) require_health(proxy);
  const ServedModel model =
      require_model(proxy, value_of(environment, "AUTOSRE_CLAUDE_LABEL"), request.need);
  const std::string token_file = value_of(environment, "AUTOSRE_TOKEN_FILE");
  const bool is_printed = request.need == Need::description;
  ClaudePlan plan;
  plan.launch = {.proxy_url = text_of(proxy.url),
                 .api_url = text_of(proxy.api) + "/v1",
                 .label = model.id,
                 .token = is_printed && !token_file.empty() ? "(secret)" : proxy.token,
                 .token_file = token_file,
                 .run_id = require_run_id(environment),
                 .window = {},
                 .priority = request.priority,
                 .tools = request.tools};
  if (model.window) {
    plan.launch.window = plan_window(*model.window, request.tools, model.max_output);
    if (std::string advice = window_advice(*model.window, request.tools); !advice.empty())
      plan.notes.push_back(std::move(advice));
  } else {
    plan.notes.emplace_back(
        "the model's window is unknown: Claude Code compacts only when refused");
  }
  plan.changes = claude_environment(environment, plan.launch);
  std::vector<std::string> words = request.words;
  const auto own = take_settings(words);
  const auto folder = launch_folder(config::resolve_paths(environment), plan.launch.run_id);
  plan.files = make_files(folder, plan, words, own ? read_settings(*own) : "");
  plan.arguments = claude_arguments(
      {.settings = plan.files[0].path.string(), .mcp = plan.files[1].path.string()}, request.tools,
      words);
  return plan;
}

bool stack_answers(const ClaudeRequest& request, const config::Environment& environment) {
  return ask_health(find_proxy(request, environment)) == stack::Health::ok;
}

void become_claude(const ClaudePlan& plan, const config::Environment& environment) {
  const auto program = sys::find_program("claude", environment);
  if (!program)
    throw base::Error("claude is not on PATH", "Claude Code is not installed",
                      "npm install -g @anthropic-ai/claude-code");
  write_launch_files(plan.files.front().path.parent_path(), plan.files);
  std::vector<std::string> words = {"claude"};
  words.insert(words.end(), plan.arguments.begin(), plan.arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : with_changes(plan.changes, environment))
    variables.push_back(name + "=" + value);
  execve(program->c_str(), pointers_to(words).data(), pointers_to(variables).data());
  throw base::Error("cannot execute " + program->string(), std::strerror(errno));
}

std::string new_run_id() {
  std::array<std::uint8_t, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw base::Error("cannot get random bytes", std::strerror(errno));
  bytes[6] = (bytes[6] & 0x0F) | 0x40;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

}  // namespace agent
