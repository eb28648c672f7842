// Completion scripts and the man page, rendered from the live command tree (pure).
#pragma once

#include <span>
#include <string>

#include "cli/registry.h"

namespace cli {

std::string render_bash_completion(std::span<const Description> tree);
std::string render_zsh_completion(std::span<const Description> tree);
std::string render_fish_completion(std::span<const Description> tree);

// troff source of autosre(1).
std::string render_man(std::span<const Description> tree);

}  // namespace cli
