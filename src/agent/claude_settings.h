// The texts of the files that one launch of Claude Code is given: settings and MCP servers (pure).
#pragma once

#include <string>
#include <string_view>

#include "agent/claude_environment.h"
#include "base/error.h"

namespace agent {

// A settings file's environment beats the shell's, and ours beats the user's own files: so it
// repeats the whole environment and blanks what could lead to a cloud. `own` is the JSON text that
// the user gave with --settings (or empty); it is kept where it does not contradict. The error says
// what is wrong with it.
enum class AutoMode { off, as_configured };
base::Result<std::string> claude_settings(const EnvironmentChanges& environment,
                                          const ClaudeLaunch& launch, AutoMode auto_mode,
                                          std::string_view own);

// The local MCP servers. Claude Code waits for them before its first request, so that the list of
// tools is the same in all of a session's.
std::string claude_mcp_config(const ClaudeLaunch& launch);

}  // namespace agent
