// Tools of the Responses API have a kind and a namespace; functions of Chat Completions have a name
// of at most 64 characters. This is the way there and back.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace translate {

enum class ToolKind { function, custom, search };

struct ToolOrigin {
  ToolKind kind = ToolKind::function;
  std::string name_space;  // empty: none
  std::string name;

  bool operator==(const ToolOrigin&) const = default;
};

class ToolNames {
 public:
  // The function's name: letters, digits, `_` and `-` only, so that it needs no escaping. Equal
  // origins have equal names, others never: a name that is taken gets a hash, which depends on what
  // was added before, so that a list that only grows keeps its names.
  const std::string& add(const ToolOrigin& origin);
  // Null for a name that was never given.
  const ToolOrigin* find(std::string_view function_name) const;
  bool knows(const ToolOrigin& origin) const;

 private:
  struct Entry {
    std::string function_name;
    ToolOrigin origin;
  };
  std::deque<Entry> entries_;
};

}  // namespace translate
