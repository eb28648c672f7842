#include "agent/claude_arguments.h"

#include <algorithm>

namespace agent {
namespace {

constexpr std::string_view lean_prompt =
    "You are a coding agent in a terminal. Work with the tools: look before you change, search "
    "with "
    "grep and find in Bash, read a file before you edit it, and run what you changed. Make the "
    "smallest change that does the task. Answer briefly.";

// "--name" or "--name=value", before any "--".
bool has_option(const std::vector<std::string>& words, std::string_view name) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == name || (word.starts_with(name) && word.substr(name.size()).starts_with('=')))
      return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> claude_arguments(const LaunchFiles& files, Tools tools,
                                          const std::vector<std::string>& own) {
  std::vector<std::string> words = {"--mcp-config", files.mcp};
  if (tools == Tools::few) {
    if (!has_option(own, "--tools")) words.insert(words.end(), {"--tools", "Bash,Read,Write,Edit"});
    words.insert(words.end(), {"--strict-mcp-config", "--disable-slash-commands"});
    if (!has_option(own, "--system-prompt") && !has_option(own, "--system-prompt-file"))
      words.insert(words.end(), {"--system-prompt", std::string(lean_prompt)});
  }
  // Options that take lists would swallow the user's first words: one with a single value is last.
  words.insert(words.end(), {"--settings", files.settings});
  words.insert(words.end(), own.begin(), own.end());
  return words;
}

std::optional<std::string> take_settings(std::vector<std::string>& words) {
  constexpr std::string_view name = "--settings";
  for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
    if (word->starts_with("--settings=")) {
      std::string value = word->substr(name.size() + 1);
      words.erase(word);
      return value;
    }
    if (*word == name && word + 1 != words.end()) {
      std::string value = *(word + 1);
      words.erase(word, word + 2);
      return value;
    }
  }
  return std::nullopt;
}

bool asks_for_auto_mode(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--permission-mode=auto") return true;
    if (words[i] == "--permission-mode" && i + 1 < words.size() && words[i + 1] == "auto")
      return true;
  }
  return false;
}

}  // namespace agent
