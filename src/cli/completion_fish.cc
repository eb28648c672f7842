#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/completion_parts.h"

namespace cli {
namespace {

constexpr std::string_view opening =
    R"(# autosre completion for fish: autosre completion fish | source
function __autosre_at
    set -l at
    for word in (commandline -opc)[2..-1]
        contains -- (string join ' ' -- $at $word) $__autosre_paths; or break
        set -a at $word
    end
    test "$at" = "$argv"
end
complete -c autosre -f
)";

std::string rule(std::string_view path) {
  return fmt::format("complete -c autosre -n \"__autosre_at {}\"", path);
}

std::string action(std::string_view value_name, const std::string& commands) {
  switch (candidates_of(value_name)) {
    case Candidates::files:
    case Candidates::folders:
      return " -F";
    case Candidates::words:
      return fmt::format(" -a '{}'", fmt::join(choices_of(value_name), " "));
    case Candidates::commands:
      return fmt::format(" -a '{}'", commands);
    case Candidates::none:
      break;
  }
  return {};
}

std::string render_option(std::string_view path, const Option& option,
                          const std::string& commands) {
  std::string line = rule(path) + " -l " + option.name.substr(2);
  if (!option.short_name.empty()) line += " -s " + option.short_name.substr(1);
  if (!option.value.empty()) line += " -r" + action(option.value, commands);
  return line + " -d " + quote(option.summary) + "\n";
}

std::string render_words(std::string_view path, const std::vector<Word>& words) {
  std::string out;
  for (const Word& word : words)
    out += fmt::format("{} -a {} -d {}\n", rule(path), word.text, quote(word.summary));
  return out;
}

}  // namespace

std::string render_fish_completion(std::span<const Description> tree) {
  std::string out = "set -g __autosre_paths";
  for (const std::string& path : all_paths(tree)) out += " " + quote(path);
  out += "\n" + std::string(opening) + render_words("", words_below(tree, ""));
  std::string commands;
  for (const Word& word : words_below(tree, "")) commands += word.text + " ";
  for (const std::string& group : group_words(tree))
    out += render_words(group, words_below(tree, group));
  for (const Description& description : tree) {
    const std::string_view path = description.entry->path;
    for (const Option& option : description.options) out += render_option(path, option, commands);
    for (const Positional& operand : description.operands)
      if (const std::string values = action(operand.name, commands); !values.empty())
        out += rule(path) + values + "\n";
    out += rule(path) + " -l help -s h -d 'show the help page'\n";
  }
  return out;
}

}  // namespace cli
