#include "mcp/capabilities/catalog.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace mcp::capabilities {
namespace {

constexpr size_t most_words = 16;  // of a query
constexpr size_t longest_path = 100;
constexpr size_t most_close = 3;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : base::split(text, ' '))
    if (!base::trim(word).empty()) words.push_back(base::trim(word));
  return words;
}

// "autosre  proxy anthropic" -> "proxy anthropic".
std::string plain_path(std::string_view path) {
  std::string plain;
  for (const std::string_view word : words_of(path))
    if (!plain.empty() || word != "autosre") plain.append(plain.empty() ? "" : " ").append(word);
  return plain;
}

int score_word(const Command& command, std::string_view word) {
  int is_word = 0;
  int is_part = 0;
  for (const std::string_view part : words_of(command.path)) {
    is_word |= base::equals_ignoring_case(part, word);
    is_part |= base::contains_ignoring_case(part, word);
  }
  int points = is_word != 0 ? 10 : 3 * is_part;
  if (base::contains_ignoring_case(command.summary, word)) points += 5;
  if (base::contains_ignoring_case(command.page, word)) points += 2;
  return points;
}

// To the whole path or to its nearest word.
size_t distance(const Command& command, std::string_view typed) {
  size_t least = base::edit_distance(command.path, typed);
  for (const std::string_view word : words_of(command.path))
    least = std::min(least, base::edit_distance(word, typed));
  return least;
}

}  // namespace

std::vector<Module> modules_of(std::span<const Command> commands) {
  std::vector<Module> modules;
  for (const Command& command : commands) {
    const std::string name = command.path.substr(0, command.path.find(' '));
    auto found = std::ranges::find(modules, name, &Module::name);
    if (found == modules.end()) found = modules.insert(found, {.name = name, .commands = {}});
    found->commands.push_back(&command);
  }
  return modules;
}

int score(const Command& command, std::string_view query) {
  int points = 0;
  auto words = words_of(query);
  if (words.size() > most_words) words.resize(most_words);
  for (const std::string_view word : words) points += score_word(command, word);
  return points;
}

std::vector<const Command*> search(std::span<const Command> commands, std::string_view query) {
  std::vector<std::pair<int, const Command*>> scored;
  for (const Command& command : commands)
    if (const int points = score(command, query); points > 0)
      scored.emplace_back(-points, &command);
  std::ranges::sort(scored);  // the pointers are in the table's order
  std::vector<const Command*> found;
  for (const auto& [points, command] : scored) found.push_back(command);
  return found;
}

const Command* find(std::span<const Command> commands, std::string_view path) {
  const std::string plain = plain_path(path);
  const auto found = std::ranges::find(commands, plain, &Command::path);
  return found == commands.end() ? nullptr : &*found;
}

std::vector<const Command*> close_to(std::span<const Command> commands, std::string_view path) {
  const std::string plain = plain_path(path.substr(0, longest_path));
  std::vector<std::pair<size_t, const Command*>> near;
  for (const Command& command : commands)
    if (const size_t far = distance(command, plain); far <= std::max<size_t>(2, plain.size() / 3))
      near.emplace_back(far, &command);
  std::ranges::sort(near);
  std::vector<const Command*> close;
  for (const auto& [far, command] : near) close.push_back(command);
  for (const Command* command : search(commands, plain))
    if (std::ranges::find(close, command) == close.end()) close.push_back(command);
  if (close.size() > most_close) close.resize(most_close);
  return close;
}

}  // namespace mcp::capabilities
