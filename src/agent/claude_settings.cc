#include "agent/claude_settings.h"

#include <algorithm>
#include <array>

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

void deny_web_tools(Json& settings) {
  Json& permissions = settings["permissions"];
  if (!permissions.is_object()) permissions = Json::object();
  Json& deny = permissions["deny"];
  if (!deny.is_array()) deny = Json::array();
  for (const char* tool : denied)
    if (std::ranges::find(deny, Json(tool)) == deny.end()) deny.push_back(tool);
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
  deny_web_tools(settings);
  // A user's list would replace the label by a model that is not served; a helper would send a key.
  settings["availableModels"] = Json::array({launch.label});
  settings["apiKeyHelper"] = "";
  if (auto_mode == AutoMode::off) settings["disableAutoMode"] = "disable";
  return settings.dump(2) + "\n";
}

std::string claude_mcp_config() {
  return Json{{"mcpServers", Json::object()}}.dump(2) + "\n";
}

}  // namespace agent
