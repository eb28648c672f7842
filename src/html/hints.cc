#include "html/hints.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "html/hint_words.h"

namespace html {
namespace {

constexpr std::size_t kMaxNames = 400;
constexpr int kNoLetter = -1;

int letter(char c) {
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= 'A' && c <= 'Z') return c - 'A';
  return kNoLetter;
}

struct State {
  std::array<std::uint16_t, 26> next{};  // 0: none
  Hints hints = 0;
  bool is_word = false;
  bool is_whole = false;
};

std::vector<State> make_trie() {
  std::vector<State> trie(1);
  for (const HintWord& word : hint_words()) {
    std::size_t at = 0;
    for (const char c : word.word) {
      const auto next = static_cast<std::size_t>(letter(c));
      if (trie[at].next[next] == 0) {
        trie[at].next[next] = static_cast<std::uint16_t>(trie.size());
        trie.emplace_back();
      }
      at = trie[at].next[next];
    }
    trie[at].hints = word.hints;
    trie[at].is_word = true;
    trie[at].is_whole = word.is_whole;
  }
  return trie;
}

const std::vector<State>& trie() {
  static const std::vector<State> made = make_trie();
  return made;
}

// "navBar" is two words, "NAVBAR" one.
bool is_boundary(std::string_view names, std::size_t at) {
  if (at == 0 || at >= names.size() || letter(names[at]) == kNoLetter ||
      letter(names[at - 1]) == kNoLetter)
    return true;
  const bool is_upper = names[at] < 'a';
  const bool was_upper = names[at - 1] < 'a';
  return is_upper && !was_upper;
}

struct Match {
  std::size_t length = 0;
  Hints hints = 0;
};

// The longest word that begins at `at`. One that only counts as a whole has to end where a word
// ends.
Match match_at(std::string_view names, std::size_t at, bool is_beginning) {
  const auto& states = trie();
  Match best;
  std::size_t state = 0;
  for (std::size_t i = at; i < names.size(); ++i) {
    const int next = letter(names[i]);
    if (next == kNoLetter) break;
    state = states[state].next[static_cast<std::size_t>(next)];
    if (state == 0) break;
    if (!states[state].is_word) continue;
    const bool is_end = is_boundary(names, i + 1);
    if (!states[state].is_whole || (is_beginning && is_end))
      best = {i + 1 - at, states[state].hints};
  }
  return best;
}

}  // namespace

Hints hints_in(std::string_view names) {
  names = names.substr(0, kMaxNames);
  Hints found = 0;
  std::size_t at = 0;
  while (at < names.size()) {
    if (letter(names[at]) == kNoLetter) {
      ++at;
      continue;
    }
    const Match match = match_at(names, at, is_boundary(names, at));
    found |= match.hints;
    at += std::max<std::size_t>(match.length, 1);
  }
  return found;
}

}  // namespace html
