// The words behind html/hints.h.
#pragma once

#include <span>
#include <string_view>

#include "html/hints.h"

namespace html {

struct HintWord {
  std::string_view word;  // lower case
  Hints hints;
  bool is_whole;  // counts only as a word of its own
};

std::span<const HintWord> hint_words();

}  // namespace html
