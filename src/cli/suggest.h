// "did you mean": the word that a mistyped one most likely stands for (pure).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cli {

// The only one that begins with what was typed, or the nearest by edit distance, or one with two
// neighbouring letters swapped; empty when none is likely.
std::string_view suggest(std::string_view typed, std::span<const std::string_view> words);

// "did you mean 'start'?", or empty.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> words,
                         std::string_view prefix = {});

}  // namespace cli
