// Measures how much of a session's last prompt its next one repeats from the start: what the
// engine's prefix cache can re-use. Pure.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translate/chat_call.h"

namespace gateway {

struct PrefixReport {
  double share = 1.0;  // of the last prompt's bytes, from the start
  // The first block that differs, e.g. "tools" or "message 3 (user)"; else empty.
  std::string changed;
  bool fell = false;  // below 0.95: worth a warning
};

class PrefixGuard {
 public:
  static constexpr size_t max_sessions = 512;

  // nullopt for the first prompt of a session.
  std::optional<PrefixReport> observe(const std::string& session, const translate::ChatCall& call);

 private:
  struct Block {
    uint64_t hash;
    size_t size;
  };
  struct Session {
    std::vector<Block> blocks;
    std::list<std::string>::iterator place;
  };
  std::unordered_map<std::string, Session> sessions_;
  std::list<std::string> recent_;  // the latest first
};

}  // namespace gateway
