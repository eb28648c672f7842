#include "cli/completion_parts.h"

#include <algorithm>

#include "base/strings.h"

namespace cli {

Candidates candidates_of(std::string_view value_name) {
  if (value_name.contains('|')) return Candidates::words;
  if (value_name == "COMMAND") return Candidates::commands;
  if (value_name.contains("FOLDER")) return Candidates::folders;
  if (value_name.contains("PATH") || value_name.contains("FILE")) return Candidates::files;
  return Candidates::none;
}

std::vector<std::string> choices_of(std::string_view value_name) {
  std::vector<std::string> choices;
  for (const std::string_view choice : base::split(value_name, '|')) choices.emplace_back(choice);
  return choices;
}

std::vector<Word> words_below(std::span<const Description> tree, std::string_view path) {
  std::vector<Word> words;
  const std::string prefix = path.empty() ? "" : std::string(path) + " ";
  for (const Description& description : tree) {
    std::string_view rest = description.entry->path;
    if (!rest.starts_with(prefix)) continue;
    rest.remove_prefix(prefix.size());
    const std::string_view word = rest.substr(0, rest.find(' '));
    const bool is_leaf = word == rest;
    if (!words.empty() && words.back().text == word) continue;
    words.push_back({.text = std::string(word),
                     .summary = is_leaf ? std::string(description.entry->summary)
                                        : "commands of " + std::string(word)});
  }
  return words;
}

std::vector<std::string> all_paths(std::span<const Description> tree) {
  std::vector<std::string> paths = group_words(tree);
  for (const Description& description : tree) paths.emplace_back(description.entry->path);
  return paths;
}

std::vector<std::string> group_words(std::span<const Description> tree) {
  std::vector<std::string> groups;
  for (const Description& description : tree) {
    const std::string_view path = description.entry->path;
    const std::string word(path.substr(0, path.find(' ')));
    const bool is_group = word.size() < path.size();
    if (is_group && std::ranges::find(groups, word) == groups.end()) groups.push_back(word);
  }
  return groups;
}

std::string quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace cli
