// Help pages and the machine-readable tree, rendered from the table (pure).
#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/registry.h"
#include "cli/terminal.h"

namespace cli {

std::string render_root(std::span<const Entry> table, const Terminal& terminal);
std::string render_group(std::string_view word, std::span<const Entry* const> rows,
                         const Terminal& terminal);
std::string render_page(const Description& description, const Terminal& terminal);

// "autosre start [options] [SHELL]"
std::string usage_line(const Description& description);
// "-f, --follow", "--lines N"; without a short name four blanks keep the columns.
std::string option_label(const Option& option);
// The summary with default and variable: "print N lines [default: 50, AUTOSRE_LINES]".
std::string option_text(const Option& option);

nlohmann::ordered_json to_json(std::span<const Description> tree);

}  // namespace cli
