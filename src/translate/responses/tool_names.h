// Tools of the Responses API have a kind and a namespace; functions of Chat Completions have a name
// of at most 64 characters. This is the way there and back.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace translate {

enum class ToolKind { function, custom, search };

struct ToolOrigin {
  ToolKind kind = ToolKind::function;
  std::string name_space;  // empty: none
  std::string name;

  bool operator==(const ToolOrigin&) const = default;
};

struct NamedTool {
  std::string function_name;
  ToolOrigin origin;
};

class ToolNames {
 public:
  // The function's name: letters, digits, `_` and `-` only, so that it needs no escaping. Equal
  // origins have equal names, others never: a name that is taken gets a hash, which depends on what
  // was added before, so that a list that only grows keeps its names. The result lives as long as
  // these names, wherever they are moved.
  const NamedTool& add(ToolOrigin origin);
  // Null for a name that was never given.
  const ToolOrigin* find(std::string_view function_name) const;
  // Of different origins.
  size_t size() const { return tools_.size(); }

 private:
  std::string free_name(std::string base, const ToolOrigin& origin) const;

  std::vector<std::unique_ptr<NamedTool>> tools_;
};

}  // namespace translate
