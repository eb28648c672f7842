// The environment of Claude Code: what is taken out of the user's, what is set, each with its
// reason (pure).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/claude_window.h"
#include "agent/environment_changes.h"
#include "agent/mcp_entries.h"
#include "config/paths.h"

namespace agent {

// One launch, with everything looked up.
struct ClaudeLaunch {
  std::string proxy_url;  // "http://127.0.0.1:8011"
  std::string api_url;    // OpenAI-compatible, "http://127.0.0.1:8010/v1"
  std::string label;      // the model's name for Claude Code
  std::string token = "local";
  std::string token_file;  // where the token is from; empty: it is no secret
  std::string run_id;
  std::optional<WindowPlan> window;
  std::optional<int> priority;
  Tools tools = Tools::all;
  std::vector<McpEntry> mcp;  // the local servers that it is given
};

EnvironmentChanges claude_environment(const config::Environment& inherited,
                                      const ClaudeLaunch& launch);

Secret secret_of(const ClaudeLaunch& launch);

}  // namespace agent
