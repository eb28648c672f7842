// The environment of Codex: what is taken out of the user's, what is set, each with its reason
// (pure).
#pragma once

#include <string_view>

#include "agent/codex_settings.h"
#include "agent/environment_changes.h"
#include "config/paths.h"

namespace agent {

// Codex reads its bearer token from a variable, so that it stands in no argument and in no file.
constexpr std::string_view codex_token_name = "AUTOSRE_CODEX_TOKEN";

EnvironmentChanges codex_environment(const config::Environment& inherited,
                                     const CodexLaunch& launch);

}  // namespace agent
