// Prepares and performs a launch of the real Claude Code against the local stack.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/claude_environment.h"
#include "agent/launch_folder.h"
#include "config/paths.h"

namespace agent {

// What a plan is for: a description is printed, so it holds no secret token.
enum class Need { answers, description };

struct ClaudeRequest {
  std::string proxy_url;  // empty: the local proxy
  std::string api_url;    // the OpenAI-compatible server; empty: beside the proxy
  Tools tools = Tools::all;
  std::optional<int> priority;
  std::vector<std::string> words;  // for claude, unchanged
  Need need = Need::answers;
};

struct ClaudePlan {
  ClaudeLaunch launch;
  ClaudeEnvironment changes;
  std::vector<std::string> arguments;  // after "claude"
  std::vector<LaunchFile> files;
  std::vector<std::string> notes;  // for the user, on stderr
};

// Asks the proxy for label, window and health. Throws base::Error when it cannot be reached, is
// still loading or offers no label; with Need::description and AUTOSRE_CLAUDE_LABEL it need not
// answer.
ClaudePlan plan_claude(const ClaudeRequest& request, const config::Environment& environment);

// Whether the proxy and the model behind it answer now.
bool stack_answers(const ClaudeRequest& request, const config::Environment& environment);

// Becomes claude. Throws base::Error when it is not on PATH or cannot be executed.
[[noreturn]] void become_claude(const ClaudePlan& plan, const config::Environment& environment);

// A random UUID (version 4).
std::string new_run_id();

}  // namespace agent
