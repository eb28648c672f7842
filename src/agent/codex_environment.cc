#include "agent/codex_environment.h"

namespace agent {
namespace {

// Why a variable of the user's must not reach Codex; empty: it may.
std::string_view reason_to_remove(std::string_view name) {
  if (name.starts_with("OPENAI_")) return "it could name another server, key or organisation";
  if (!name.starts_with("CODEX_")) return {};
  if (name.starts_with("CODEX_TUI_") || name == "CODEX_CA_CERTIFICATE") return {};
  if (name == "CODEX_HOME") return "your own Codex stays as it is";
  if (name.starts_with("CODEX_OSS_")) return "it could name another server";
  if (name.ends_with("_KEY") || name.ends_with("_TOKEN")) return "it is a credential for a cloud";
  return "it could lead to another server or tie this session to another one";
}

}  // namespace

EnvironmentChanges codex_environment(const config::Environment& inherited,
                                     const CodexLaunch& launch) {
  EnvironmentChanges changes;
  for (const auto& [name, value] : inherited)
    if (const std::string_view reason = reason_to_remove(name); !reason.empty())
      changes.removed.push_back({name, std::string(reason)});
  changes.set = {{"CODEX_HOME", launch.home.string(), "a folder of its own: sessions, no login"},
                 {std::string(codex_token_name), launch.token,
                  launch.token_file.empty() ? "Codex wants one; the proxy asks for none"
                                            : "from " + launch.token_file},
                 {"AUTOSRE_RUN_ID", launch.run_id, "names this run"}};
  for (Variable& row : direct_hosts(inherited, launch.proxy_url))
    changes.set.push_back(std::move(row));
  return changes;
}

}  // namespace agent
