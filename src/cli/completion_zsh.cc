#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/completion_parts.h"

namespace cli {
namespace {

// `path` is taken: zsh ties it to PATH.
constexpr std::string_view opening = R"(#compdef autosre
# autosre completion for zsh: source <(autosre completion zsh), or a file _autosre in $fpath
_autosre() {
  local at= word depth=0
  local -a below
  for word in "${(@)words[2,CURRENT-1]}"; do
)";

constexpr std::string_view closing = R"(  esac
}
if [[ ${funcstack[1]} == _autosre ]]; then _autosre "$@"; else compdef _autosre autosre; fi
)";

// Colons and brackets mean something in a specification.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string action(std::string_view value_name) {
  switch (candidates_of(value_name)) {
    case Candidates::files:
      return "_files";
    case Candidates::folders:
      return "_files -/";
    case Candidates::words:
      return fmt::format("({})", fmt::join(choices_of(value_name), " "));
    case Candidates::commands:
      return "($commands_)";
    case Candidates::none:
      break;
  }
  return " ";
}

std::string specification(const Option& option) {
  const std::string value =
      option.value.empty() ? "" : ":" + escape(option.value) + ":" + action(option.value);
  const std::string meaning = "[" + escape(option.summary) + "]" + value;
  if (option.short_name.empty()) return quote(option.name + meaning);
  return fmt::format("{{{},{}}}{}", option.short_name, option.name, quote(meaning));
}

std::string describe_words(const std::vector<Word>& words) {
  std::string out = "below=(";
  for (const Word& word : words) out += quote(word.text + ":" + escape(word.summary)) + " ";
  return out + "); _describe command below ;;\n";
}

std::string render_case(const Description& description) {
  std::string out = fmt::format("    '{}') _arguments -s {}", description.entry->path,
                                quote("--help[show the help page]"));
  for (const Option& option : description.options) out += " " + specification(option);
  for (const Positional& operand : description.operands)
    out += " " + quote((operand.repeated ? "*:" : ":") + escape(operand.name) + ":" +
                       action(operand.name));
  return out + " ;;\n";
}

}  // namespace

std::string render_zsh_completion(std::span<const Description> tree) {
  std::string out(opening);
  std::vector<std::string> paths;
  for (const std::string& path : all_paths(tree)) paths.push_back("'" + path + "'");
  out += "    case \"${at:+$at }$word\" in\n";
  out +=
      fmt::format("      {}) at=\"${{at:+$at }}$word\"; (( depth++ )) ;;\n", fmt::join(paths, "|"));
  out += "      *) break ;;\n    esac\n  done\n";
  std::vector<std::string> commands;
  for (const Word& word : words_below(tree, "")) commands.push_back(word.text);
  out += fmt::format("  local -a commands_=({})\n", fmt::join(commands, " "));
  out += "  (( depth )) && { shift $depth words; (( CURRENT -= depth )); }\n  case $at in\n";
  out += "    '') " + describe_words(words_below(tree, ""));
  for (const std::string& group : group_words(tree))
    out += "    '" + group + "') " + describe_words(words_below(tree, group));
  for (const Description& description : tree) out += render_case(description);
  return out + std::string(closing);
}

}  // namespace cli
