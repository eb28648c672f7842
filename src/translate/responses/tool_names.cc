#include "translate/responses/tool_names.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace translate {
namespace {

constexpr size_t longest_name = 64;

// FNV-1a.
uint32_t hash_of(const ToolOrigin& origin) {
  uint32_t hash = 2166136261u;
  const std::string text =
      origin.name_space + '\n' + origin.name + '\n' + std::to_string(static_cast<int>(origin.kind));
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// The end of a long name tells more than its beginning.
std::string with_hash(std::string_view name, const ToolOrigin& origin) {
  const std::string hash = fmt::format("_{:08x}", hash_of(origin));
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
  std::string name = whole;
  std::ranges::replace_if(name, [](char c) { return !is_plain(c); }, '_');
  if (name.size() > longest_name || name != whole || name.empty() || find(name) != nullptr)
    name = with_hash(name, origin);
  return entries_.emplace_back(Entry{std::move(name), origin}).function_name;
}

const ToolOrigin* ToolNames::find(std::string_view function_name) const {
  for (const Entry& entry : entries_)
    if (entry.function_name == function_name) return &entry.origin;
  return nullptr;
}

bool ToolNames::knows(const ToolOrigin& origin) const {
  return std::ranges::any_of(entries_,
                             [&](const Entry& entry) { return entry.origin == origin; });
}

}  // namespace translate
