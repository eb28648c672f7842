// Claude Code's settings file with tools denied, or allowed again: what is not touched stays as it
// is, byte for byte (pure).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace agent {

// `text` with those of the tools in permissions.deny that are not there yet; an empty text becomes
// a file. The error says why it cannot be changed.
base::Result<std::string> deny_tools(std::string_view text, std::span<const std::string> tools);

// Takes the tools out of permissions.deny.
base::Result<std::string> allow_tools(std::string_view text, std::span<const std::string> tools);

// Whether permissions.deny holds it.
bool is_denied(std::string_view text, std::string_view tool);

}  // namespace agent
