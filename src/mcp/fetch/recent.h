// The documents that were read last: the next part of a long page is cut from the same text,
// without asking its server again.
#pragma once

#include <chrono>
#include <list>
#include <string>
#include <utility>

#include "mcp/fetch/document.h"

namespace mcp::fetch {

class Recent {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kept_for{5};
  static constexpr size_t max_documents = 8;
  static constexpr size_t max_bytes = 32u << 20;

  void keep(std::string key, Document document, Clock::time_point now);
  // Null when it is not there, or too old. Valid until the next keep().
  const Document* find(const std::string& key, Clock::time_point now) const;

 private:
  struct Entry {
    std::string key;
    Document document;
    Clock::time_point since;
  };
  std::list<Entry> entries_;  // the newest first
};

}  // namespace mcp::fetch
