#include "cli/suggest.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace cli {
namespace {

bool has(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::string_view suggest(std::string_view typed, std::span<const std::string_view> words) {
  const auto begins = [&](std::string_view word) { return word.starts_with(typed); };
  const bool is_single = typed.size() > 1 && std::ranges::count_if(words, begins) == 1;
  if (is_single) return *std::ranges::find_if(words, begins);
  if (const std::string_view near = base::nearest(typed, words); !near.empty()) return near;
  std::string swapped(typed);
  for (size_t i = 0; i + 1 < swapped.size(); ++i) {
    std::swap(swapped[i], swapped[i + 1]);
    if (has(words, swapped)) return *std::ranges::find(words, std::string_view(swapped));
    std::swap(swapped[i], swapped[i + 1]);
  }
  return {};
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> words,
                         std::string_view prefix) {
  const std::string_view word = suggest(typed, words);
  if (word.empty()) return {};
  return "did you mean '" + std::string(prefix) + std::string(word) + "'?";
}

}  // namespace cli
