#include "agent/codex_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/codex_environment.h"
#include "base/strings.h"

namespace agent {
namespace {

struct Fixed {
  const char* key;
  const char* value;
  const char* reason;
};

constexpr std::array always = {
    Fixed{"web_search", "\"disabled\"", "the search would be OpenAI's"},
    Fixed{"analytics.enabled", "false", "no telemetry"},
    Fixed{"feedback.enabled", "false", "no telemetry"},
    Fixed{"otel.exporter", "\"none\"", "no telemetry"},
    Fixed{"otel.metrics_exporter", "\"none\"", "no telemetry"},
    Fixed{"otel.trace_exporter", "\"none\"", "no telemetry"},
    Fixed{"check_for_update_on_startup", "false", "the version stays the one that was tested"},
    Fixed{"features.plugins", "false", "plug-ins are fetched from the net"},
    Fixed{"features.remote_plugin", "false", "plug-ins are fetched from the net"},
    Fixed{"features.tool_suggest", "false", "it suggests plug-ins from the net"},
    Fixed{"features.apps", "false", "apps run on OpenAI's servers"},
    Fixed{"skills.bundled.enabled", "false", "they are about OpenAI's services"},
    Fixed{"features.daemon_auto_start", "false", "no process outlives the session"},
    Fixed{"features.unbounded_connection_retries", "false",
          "a stack that stays away is an error, not an endless wait"},
};

// The first request without and with them: 21 KB and 6 KB from `exec`, 34 KB and 14 KB in a
// terminal.
constexpr std::array lean = {
    Fixed{"agents.enabled", "false", "lean: a shorter prompt"},
    Fixed{"features.goals", "false", "lean: a shorter prompt"},
    Fixed{"features.view_image", "false", "lean: a shorter prompt"},
    Fixed{"tools.experimental_request_user_input.enabled", "false", "lean: a shorter prompt"},
    Fixed{"skills.include_instructions", "false", "lean: a shorter prompt"},
    Fixed{"include_permissions_instructions", "false", "lean: a shorter prompt"},
    Fixed{"include_collaboration_mode_instructions", "false", "lean: a shorter prompt"},
    Fixed{"project_doc_max_bytes", "4096", "lean: no more than this of AGENTS.md"},
};

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      out += fmt::format("\\u{:04X}", code);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

template <class Texts>
std::string toml_list(const Texts& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + toml_text(text);
  return "[" + out + "]";
}

void add(std::vector<Variable>& settings, std::string_view key, std::string value,
         std::string_view reason) {
  settings.push_back({std::string(key), std::move(value), std::string(reason)});
}

void add_provider(std::vector<Variable>& settings, const CodexLaunch& launch) {
  const auto provider = [&](const char* key, std::string value, std::string_view reason) {
    add(settings, std::string("model_providers.autosre.") + key, std::move(value), reason);
  };
  provider("name", toml_text("autosre"), "no login, and nothing that only OpenAI's servers know");
  provider("base_url", toml_text(launch.proxy_url + "/v1"), "the local proxy");
  provider("wire_api", toml_text("responses"), "what the proxy speaks");
  provider("env_key", toml_text(codex_token_name), "the variable that holds the token");
  provider("env_http_headers", R"({ "x-autosre-run-id" = "AUTOSRE_RUN_ID" })",
           "names this run in the request log");
  if (launch.priority)
    provider("http_headers", fmt::format("{{ \"x-autosre-priority\" = \"{}\" }}", *launch.priority),
             "how urgent this run is");
  provider("stream_idle_timeout_ms", "1800000", "a local model may read a long prompt for minutes");
  provider("request_max_retries", "4", "a part that is started again is soon back");
  provider("stream_max_retries", "6", "a part that is started again is soon back");
  if (launch.catalog_file.empty())
    provider("model_catalog_url", toml_text(launch.proxy_url + "/v1/models"),
             "the model's true window and tools");
  else
    add(settings, "model_catalog_json", toml_text(launch.catalog_file.string()),
        "the model's true window and tools");
}

void add_window(std::vector<Variable>& settings, const CodexWindow& window) {
  add(settings, "model_context_window", std::to_string(window.window), "the model's true window");
  add(settings, "model_auto_compact_token_limit", std::to_string(window.compact_at),
      "what is left has room for an output and an answer");
  add(settings, "tool_output_token_limit", std::to_string(window.tool_output),
      "one output takes no more of the window");
}

// In the user's home Codex would take its .codex for the configuration of a project. A project that
// was decided on may be written to, whatever was decided.
void add_distrust(std::vector<Variable>& settings, const CodexLaunch& launch) {
  if (launch.users_home.empty()) return;
  add(settings, "projects",
      fmt::format("{{ {} = {{ trust_level = \"untrusted\" }} }}",
                  toml_text(launch.users_home.string())),
      "your own ~/.codex is no project's");
  add(settings, "sandbox_mode", toml_text("read-only"), "as where nothing was decided");
}

constexpr std::string_view provider_line = "model_provider = \"autosre\"";

// The keys in which one launch's file differs from another's.
constexpr std::array renewed = {"model", "model_providers.autosre.base_url",
                                "model_providers.autosre.model_catalog_url"};

std::string_view key_of(std::string_view line) {
  return base::trim(line.substr(0, line.find('=')));
}

// Behind the beginning of a table, or of a text of several lines, a line alone does not say what it
// is.
bool is_plain(std::string_view line) {
  return !base::trim(line).starts_with('[') && !line.contains(R"(""")") && !line.contains("'''");
}

}  // namespace

std::vector<Variable> codex_settings(const CodexLaunch& launch) {
  std::vector<Variable> settings;
  add(settings, "model", toml_text(launch.label), "the local model");
  add(settings, "model_provider", toml_text("autosre"), "the provider below");
  add_provider(settings, launch);
  if (launch.window) add_window(settings, *launch.window);
  for (const Fixed& row : always) add(settings, row.key, row.value, row.reason);
  if (launch.tools == Tools::few)
    for (const Fixed& row : lean) add(settings, row.key, row.value, row.reason);
  add_distrust(settings, launch);
  for (Variable& server : codex_mcp_servers(launch.mcp)) settings.push_back(std::move(server));
  return settings;
}

std::vector<Variable> codex_mcp_servers(const std::vector<McpEntry>& entries) {
  std::vector<Variable> settings;
  for (const McpEntry& entry : entries) {
    const std::string key = "mcp_servers." + entry.name;
    add(settings, key + ".command", toml_text(entry.program), "local tools");
    add(settings, key + ".args", toml_list(entry.arguments), "local tools");
    // Of its own environment Codex hands on a few variables only.
    add(settings, key + ".env_vars", toml_list(mcp_variables), "what the tools read");
    add(settings, key + ".default_tools_approval_mode", toml_text("approve"),
        "they run without asking");
  }
  return settings;
}

std::vector<std::string> codex_arguments(const std::vector<Variable>& settings,
                                         const std::vector<std::string>& own) {
  std::vector<std::string> words;
  for (const Variable& row : settings)
    words.insert(words.end(), {"-c", row.name + "=" + row.value});
  words.insert(words.end(), own.begin(), own.end());
  return words;
}

std::string codex_config_file(CodexLaunch launch) {
  launch.catalog_file.clear();
  launch.priority.reset();
  launch.window.reset();  // the next model has another
  launch.tools = Tools::all;
  launch.mcp.clear();  // the program may move
  launch.users_home.clear();
  std::string text =
      "# For a codex that is started without the options of `autosre codex`, such as one that an\n"
      "# agent starts itself: the local model, and no cloud. Yours to change; each launch renews\n"
      "# the model and the two addresses.\n";
  for (const Variable& row : codex_settings(launch)) text += row.name + " = " + row.value + "\n";
  return text;
}

std::string renewed_config(std::string_view kept, const CodexLaunch& launch) {
  std::vector<std::string_view> lines = base::split(kept, '\n');
  const auto end = std::ranges::find_if_not(lines, is_plain);
  const auto is_ours = [](std::string_view line) { return base::trim(line) == provider_line; };
  if (std::find_if(lines.begin(), end, is_ours) == end) return std::string(kept);
  const std::string fresh = codex_config_file(launch);
  for (const std::string_view own : base::split(fresh, '\n')) {
    const auto is_another = [&](std::string_view line) { return key_of(line) == key_of(own); };
    if (std::ranges::find(renewed, key_of(own)) != renewed.end())
      std::replace_if(lines.begin(), end, is_another, own);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string codex_shell_lines(CodexLaunch launch) {
  launch.catalog_file.clear();
  launch.users_home.clear();  // it may go on in any folder
  const std::string home = shell_quoted(launch.home.string());
  std::string text = "mkdir -p " + home + " && chmod 700 " + home + "\ncodex() { command codex";
  for (const std::string& word : codex_arguments(codex_settings(launch), {}))
    text += " " + (word == "-c" ? word : shell_quoted(word));
  return text + " \"$@\"; }\n";
}

}  // namespace agent
