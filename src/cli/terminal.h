// What a stream can show: width, colour, redrawing. Decided once per stream.
#pragma once

#include <string>
#include <string_view>

#include "config/paths.h"

namespace cli {

struct Terminal {
  bool is_interactive = false;  // a terminal that understands control sequences
  bool has_colour = false;
  int width = 0;  // columns; 0: unlimited
};

// Pure. NO_COLOR and TERM=dumb win over CLICOLOR_FORCE; `columns` counts only for a terminal.
Terminal decide_terminal(bool is_terminal, int columns, const config::Environment& environment);
Terminal terminal_of(int descriptor);

enum class Tone { plain, strong, faint, good, warning, bad };
std::string paint(std::string_view text, Tone tone, const Terminal& terminal);

// Columns that UTF-8 text takes on a terminal.
int display_width(std::string_view text);

}  // namespace cli
