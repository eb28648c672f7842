// The environment of Claude Code: what is taken out of the user's, what is set, each with its
// reason (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/claude_window.h"
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
};

struct Variable {
  std::string name;
  std::string value;
  std::string reason;
};

struct Removed {
  std::string name;
  std::string reason;
};

struct ClaudeEnvironment {
  std::vector<Removed> removed;  // of those that are present
  std::vector<Variable> set;
};

ClaudeEnvironment claude_environment(const config::Environment& inherited,
                                     const ClaudeLaunch& launch);

// `inherited` without what is removed, with what is set.
config::Environment with_changes(const ClaudeEnvironment& changes, config::Environment inherited);

// Lines for a shell's eval: unset and export. A secret token is read from its file when they run.
std::string render_exports(const ClaudeEnvironment& changes, const ClaudeLaunch& launch);

}  // namespace agent
