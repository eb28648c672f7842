#include "translate/responses/tool_names.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace translate {
namespace {

constexpr size_t longest_name = 64;

// FNV-1a. `round`: of attempts to find a name that is free.
uint32_t hash_of(const ToolOrigin& origin, int round) {
  uint32_t hash = 2166136261u;
  std::string text =
      origin.name_space + '\n' + origin.name + '\n' + std::to_string(static_cast<int>(origin.kind));
  if (round > 0) text += '\n' + std::to_string(round);
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// The end of a long name tells more than its beginning.
std::string with_hash(std::string_view name, const ToolOrigin& origin, int round) {
  const std::string hash = fmt::format("_{:08x}", hash_of(origin, round));
  const size_t room = longest_name - hash.size();
  if (name.size() > room) name.remove_prefix(name.size() - room);
  return std::string(name) + hash;
}

}  // namespace

const NamedTool& ToolNames::add(ToolOrigin origin) {
  for (const auto& tool : tools_)
    if (tool->origin == origin) return *tool;
  std::string name =
      origin.name_space.empty() ? origin.name : origin.name_space + "__" + origin.name;
  const bool fits =
      !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, is_plain);
  if (!fits || find(name) != nullptr) name = free_name(std::move(name), origin);
  tools_.push_back(std::make_unique<NamedTool>(std::move(name), std::move(origin)));
  return *tools_.back();
}

std::string ToolNames::free_name(std::string base, const ToolOrigin& origin) const {
  std::ranges::replace_if(base, [](char c) { return !is_plain(c); }, '_');
  for (int round = 0;; ++round)
    if (std::string name = with_hash(base, origin, round); find(name) == nullptr) return name;
}

const ToolOrigin* ToolNames::find(std::string_view function_name) const {
  for (const auto& tool : tools_)
    if (tool->function_name == function_name) return &tool->origin;
  return nullptr;
}

}  // namespace translate
