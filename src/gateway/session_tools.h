// The tools of each conversation's last turn. Codex asks for the summary of a conversation without
// them; but they stand at the prompt's beginning, so that the engine would have to read the whole
// history anew, just when it is longest.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gateway {

class SessionTools {
 public:
  static constexpr size_t max_conversations = 128;

  void remember(const std::string& conversation, std::string_view tools);
  // A JSON array; null when there are none.
  const std::string* find(const std::string& conversation) const;

 private:
  struct Entry {
    std::string conversation;
    std::string tools;
  };
  std::list<Entry> recent_;  // the latest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_;
};

}  // namespace gateway
