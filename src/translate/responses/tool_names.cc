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

const std::string& ToolNames::add(const ToolOrigin& origin) {
  for (const Entry& entry : entries_)
    if (entry.origin == origin) return entry.function_name;
  const std::string whole =
      origin.name_space.empty() ? origin.name : origin.name_space + "__" + origin.name;
  std::string base = whole;
  std::ranges::replace_if(base, [](char c) { return !is_plain(c); }, '_');
  std::string name = base;
  bool fits = name == whole && !name.empty() && name.size() <= longest_name;
  for (int round = 0; !fits || find(name) != nullptr; ++round) {
    name = with_hash(base, origin, round);
    fits = true;
  }
  return entries_.emplace_back(Entry{std::move(name), origin}).function_name;
}

const ToolOrigin* ToolNames::find(std::string_view function_name) const {
  for (const Entry& entry : entries_)
    if (entry.function_name == function_name) return &entry.origin;
  return nullptr;
}

bool ToolNames::knows(const ToolOrigin& origin) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.origin == origin; });
}

}  // namespace translate
