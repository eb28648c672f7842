#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/completion_parts.h"

namespace cli {
namespace {

constexpr std::string_view opening =
    R"(# autosre completion for bash: source <(autosre completion bash)
_autosre_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_autosre_files() { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen "$1" -- "$cur")); }
_autosre() {
  local IFS=$' \t\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= word
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
)";

std::string action(std::string_view value_name, const std::string& commands) {
  switch (candidates_of(value_name)) {
    case Candidates::files:
      return "_autosre_files -f";
    case Candidates::folders:
      return "_autosre_files -d";
    case Candidates::words:
      return fmt::format("_autosre_words '{}'", fmt::join(choices_of(value_name), " "));
    case Candidates::commands:
      return fmt::format("_autosre_words '{}'", commands);
    case Candidates::none:
      break;
  }
  return ":";
}

std::string names_of(const Option& option) {
  return option.short_name.empty() ? option.name : option.short_name + "|" + option.name;
}

std::string word_list(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words) texts.push_back(word.text);
  return fmt::format("{}", fmt::join(texts, " "));
}

std::string render_case(const Description& description, const std::string& commands) {
  std::string out = fmt::format("    '{}')\n", description.entry->path);
  std::string names = "--help";
  std::string values;
  for (const Option& option : description.options) {
    names += " " + option.name;
    if (option.value.empty()) continue;
    values += fmt::format("        {}) {}; return ;;\n", names_of(option),
                          action(option.value, commands));
  }
  if (!values.empty()) out += "      case $prev in\n" + values + "      esac\n";
  std::string operand = ":";
  if (!description.operands.empty()) operand = action(description.operands.front().name, commands);
  return out +
         fmt::format("      [[ $cur == -* ]] && _autosre_words '{}' || {} ;;\n", names, operand);
}

}  // namespace

std::string render_bash_completion(std::span<const Description> tree) {
  const std::string commands = word_list(words_below(tree, ""));
  std::string out(opening);
  out += "    case \"${at:+$at }$word\" in\n";
  std::vector<std::string> paths;
  for (const std::string& path : all_paths(tree)) paths.push_back("'" + path + "'");
  out += fmt::format("      {}) at=\"${{at:+$at }}$word\" ;;\n", fmt::join(paths, "|"));
  out += "      *) break ;;\n    esac\n  done\n  case $at in\n";
  out += fmt::format("    '') _autosre_words '{} --help --version' ;;\n", commands);
  for (const std::string& group : group_words(tree))
    out += fmt::format("    '{}') _autosre_words '{} --help' ;;\n", group,
                       word_list(words_below(tree, group)));
  for (const Description& description : tree) out += render_case(description, commands);
  return out + "  esac\n}\ncomplete -F _autosre autosre\n";
}

}  // namespace cli
