#include "agent/claude_environment.h"

#include <array>

namespace agent {
namespace {

constexpr std::string_view token_name = "ANTHROPIC_AUTH_TOKEN";

// Why a variable of the user's must not reach Claude Code; empty: it may.
std::string_view reason_to_remove(std::string_view name) {
  if (name.starts_with("ANTHROPIC_")) return "it could name another server, key or model";
  if (name.starts_with("CLAUDE_CODE_USE_")) return "it could choose a cloud provider";
  if (name.starts_with("CLAUDE_CODE_SKIP_") && name.ends_with("_AUTH"))
    return "it belongs to a cloud provider";
  if (name == "CLAUDECODE" || name == "CLAUDE_CODE_ENTRYPOINT" || name == "CLAUDE_CODE_SSE_PORT" ||
      name == "CLAUDE_CODE_SESSION_ID")
    return "it ties this session to another one";
  if (!name.starts_with("CLAUDE_")) return {};
  const bool is_credential = name.contains("OAUTH") || name.contains("API_KEY") ||
                             name.ends_with("_TOKEN") || name.contains("_TOKEN_FILE");
  return is_credential ? "it is a credential for a cloud" : std::string_view();
}

struct Fixed {
  const char* name;
  const char* value;
  const char* reason;
};

constexpr std::array always = {
    Fixed{"CLAUDE_CODE_SUBAGENT_MODEL_FORCE", "1",
          "agents that name a model get the local one too"},
    Fixed{"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1", "nothing leaves the machine"},
    Fixed{"CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL", "1",
          "no plug-ins are fetched at the first start"},
    Fixed{"CLAUDE_CODE_ENABLE_TELEMETRY", "0", "no telemetry"},
    Fixed{"DISABLE_TELEMETRY", "1", "no telemetry"},
    Fixed{"DISABLE_ERROR_REPORTING", "1", "no error reports"},
    Fixed{"DISABLE_AUTOUPDATER", "1", "the version stays the one that was tested"},
    Fixed{"CLAUDE_CODE_ATTRIBUTION_HEADER", "0", "it changes the prompt's head: the cache is lost"},
    Fixed{"CLAUDE_CODE_TOTAL_TOKENS_REMINDER", "off", "it changes the prompt from turn to turn"},
    Fixed{"ENABLE_TOOL_SEARCH", "false", "the list of tools stays the same for a session"},
    // These two also keep it from rewriting the model in the user's settings. Where the true window
    // exceeds 200000, the first makes it say on stderr that it enforces no such limit.
    Fixed{"CLAUDE_CODE_DISABLE_1M_CONTEXT", "1", "no mode uses a window of a million tokens"},
    Fixed{"CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP", "1", "your settings stay as they are"},
    Fixed{"CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION", "false", "the model's time is for the work"},
    Fixed{"CLAUDE_CODE_AUTO_MODE_SERVER", "0", "the local server judges no actions"},
    Fixed{"CLAUDE_PLAN_REVIEW_CHAIN", "local", "plans are reviewed by the local model"},
};

constexpr std::array lean = {
    Fixed{"CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1", "lean: a shorter prompt"},
    Fixed{"CLAUDE_CODE_DISABLE_GIT_INSTRUCTIONS", "1", "lean: a shorter prompt"},
    Fixed{"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1", "lean: a shorter prompt"},
    Fixed{"CLAUDE_CODE_DISABLE_TERMINAL_TITLE", "1", "lean: no request for a title"},
    Fixed{"BASH_MAX_OUTPUT_LENGTH", "8000", "lean: long output goes to a file"},
};

constexpr std::array model_names = {
    "ANTHROPIC_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "ANTHROPIC_DEFAULT_FABLE_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
    "CLAUDE_CODE_SUBAGENT_MODEL",
};

// Newline-separated, as Claude Code reads them.
std::string custom_headers(const ClaudeLaunch& launch) {
  std::string headers = "x-autosre-run-id: " + launch.run_id;
  if (launch.priority) headers += "\nx-autosre-priority: " + std::to_string(*launch.priority);
  return headers;
}

void add_window(std::vector<Variable>& set, const WindowPlan& window) {
  set.push_back({"CLAUDE_CODE_MAX_CONTEXT_TOKENS", std::to_string(window.told),
                 "so that it compacts at " + std::to_string(compacts_at(window)) + " tokens"});
  set.push_back({"CLAUDE_CODE_MAX_OUTPUT_TOKENS", std::to_string(window.max_output),
                 "what the window leaves for one answer"});
}

}  // namespace

EnvironmentChanges claude_environment(const config::Environment& inherited,
                                      const ClaudeLaunch& launch) {
  EnvironmentChanges changes;
  for (const auto& [name, value] : inherited)
    if (const std::string_view reason = reason_to_remove(name); !reason.empty())
      changes.removed.push_back({name, std::string(reason)});
  const auto set = [&](std::string_view name, std::string value, std::string_view reason) {
    changes.set.push_back({std::string(name), std::move(value), std::string(reason)});
  };
  set("ANTHROPIC_BASE_URL", launch.proxy_url, "the local proxy");
  set(token_name, launch.token,
      launch.token_file.empty() ? "Claude Code wants one; the proxy asks for none"
                                : "from " + launch.token_file);
  for (const char* name : model_names) set(name, launch.label, "every model is the local one");
  if (launch.window) add_window(changes.set, *launch.window);
  set("ANTHROPIC_CUSTOM_HEADERS", custom_headers(launch), "names this run in the request log");
  set("AUTOSRE_RUN_ID", launch.run_id, "names this run");
  for (const Fixed& row : always) set(row.name, row.value, row.reason);
  set("CLAUDE_PLAN_REVIEW_LOCAL_URL", launch.api_url, "where the local model answers");
  for (Variable& row : direct_hosts(inherited, launch.proxy_url))
    changes.set.push_back(std::move(row));
  if (launch.tools == Tools::few)
    for (const Fixed& row : lean) set(row.name, row.value, row.reason);
  return changes;
}

Secret secret_of(const ClaudeLaunch& launch) {
  return {.variable = std::string(token_name), .file = launch.token_file};
}

}  // namespace agent
