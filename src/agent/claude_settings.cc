#include "agent/claude_settings.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

namespace agent {
namespace {

using Json = nlohmann::ordered_json;

// What a user's settings files may set to lead elsewhere; empty counts as unset.
constexpr std::array blanked = {
    "ANTHROPIC_API_KEY",       "ANTHROPIC_BETAS",
    "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_ANTHROPIC_AWS",
    "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
    "CLAUDE_CODE_USE_FOUNDRY", "CLAUDE_CODE_USE_GATEWAY",
    "CLAUDE_CODE_USE_MANTLE",  "CLAUDE_CODE_USE_VERTEX",
};

// Both ask Anthropic's servers; local tools take their place.
constexpr std::array denied = {"WebFetch", "WebSearch"};

void add_rules(Json& permissions, const char* list, const std::vector<std::string>& rules) {
  if (rules.empty()) return;
  if (!permissions.is_object()) permissions = Json::object();
  Json& present = permissions[list];
  if (!present.is_array()) present = Json::array();
  for (const std::string& rule : rules)
    if (std::ranges::find(present, Json(rule)) == present.end()) present.push_back(rule);
}

void set_rules(Json& permissions, const ClaudeLaunch& launch) {
  std::vector<std::string> allowed;
  for (const McpEntry& entry : launch.mcp) allowed.push_back("mcp__" + entry.name);
  add_rules(permissions, "allow", allowed);
  add_rules(permissions, "deny", {denied.begin(), denied.end()});
}

}  // namespace

base::Result<std::string> claude_settings(const EnvironmentChanges& environment,
                                          const ClaudeLaunch& launch, AutoMode auto_mode,
                                          std::string_view own) {
  Json settings = own.empty() ? Json::object() : Json::parse(own, nullptr, false);
  if (!settings.is_object()) return std::unexpected("it is no JSON object");
  Json& variables = settings["env"];
  if (!variables.is_object()) variables = Json::object();
  for (const char* name : blanked) variables[name] = "";
  for (const Variable& row : environment.set) variables[row.name] = row.value;
  set_rules(settings["permissions"], launch);
  // A user's list would replace the label by a model that is not served; a helper would send a key.
  settings["availableModels"] = Json::array({launch.label});
  settings["apiKeyHelper"] = "";
  if (auto_mode == AutoMode::off) settings["disableAutoMode"] = "disable";
  return settings.dump(2) + "\n";
}

std::string claude_mcp_config(const ClaudeLaunch& launch) {
  Json servers = Json::object();
  for (const McpEntry& entry : launch.mcp)
    servers[entry.name] = {{"type", "stdio"},
                           {"command", entry.program},
                           {"args", entry.arguments},
                           {"alwaysLoad", true}};
  return Json{{"mcpServers", std::move(servers)}}.dump(2) + "\n";
}

}  // namespace agent
