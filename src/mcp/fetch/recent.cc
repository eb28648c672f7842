#include "mcp/fetch/recent.h"

#include <algorithm>

namespace mcp::fetch {

void Recent::keep(std::string key, Document document, Clock::time_point now) {
  entries_.remove_if([&](const Entry& entry) { return entry.key == key; });
  entries_.push_front({std::move(key), std::move(document), now});
  size_t bytes = 0;
  size_t count = 0;
  entries_.remove_if([&](const Entry& entry) {
    bytes += entry.document.text.size();
    ++count;
    return count > max_documents || (count > 1 && bytes > max_bytes);
  });
}

const Document* Recent::find(const std::string& key, Clock::time_point now) const {
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found == entries_.end() || now - found->since > kept_for) return nullptr;
  return &found->document;
}

}  // namespace mcp::fetch
