// The arguments of Claude Code: ours, then the user's, unchanged and in order (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/claude_window.h"

namespace agent {

struct LaunchFiles {
  std::string settings;  // paths
  std::string mcp;
};

// The words after "claude".
std::vector<std::string> claude_arguments(const LaunchFiles& files, Tools tools,
                                          const std::vector<std::string>& own);

// Takes "--settings VALUE" out of the words; nullopt when it is not among them. Claude Code heeds
// only one, so its content goes into ours.
std::optional<std::string> take_settings(std::vector<std::string>& words);

// Whether the user asks for the mode in which a model judges each action.
bool asks_for_auto_mode(const std::vector<std::string>& words);

}  // namespace agent
