// What the three completion renderers share: which words may stand where (pure).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/registry.h"

namespace cli {

// What may follow an option or stand as an argument.
enum class Candidates { none, files, folders, words, commands };
Candidates candidates_of(std::string_view value_name);

// "bash|zsh|fish" -> {"bash", "zsh", "fish"}.
std::vector<std::string> choices_of(std::string_view value_name);

// A word after `path` with what it means; groups such as "proxy" come once.
struct Word {
  std::string text;
  std::string summary;
};
std::vector<Word> words_below(std::span<const Description> tree, std::string_view path);

// All paths at which completion may stand, groups included: "start", "proxy", "proxy anthropic".
std::vector<std::string> all_paths(std::span<const Description> tree);

// Words that are groups without a command of their own.
std::vector<std::string> group_words(std::span<const Description> tree);

// 'text' for a POSIX shell or fish.
std::string quote(std::string_view text);

}  // namespace cli
