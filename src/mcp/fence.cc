#include "mcp/fence.h"

#include <fmt/format.h>

namespace mcp {
namespace {

// FNV-1a; whoever writes the text would have to know the digest of what contains it.
uint64_t digest_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

std::string fenced(std::string_view text) {
  std::string name = fmt::format("web-content-{:08x}", digest_of(text) & 0xffffffff);
  while (text.contains(name)) name += 'x';
  return fmt::format("<{0}>\n{1}{2}</{0}>", name, text, text.ends_with('\n') ? "" : "\n");
}

}  // namespace mcp
