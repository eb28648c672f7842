// Token counts by prompt, the latest few hundred: a client that counts the same pieces again asks
// no engine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gateway {

class CountCache {
 public:
  std::optional<int64_t> find(std::string_view prompt) const {
    for (const Counts* counts : {&latest_, &earlier_})
      if (const auto entry = counts->find(key(prompt)); entry != counts->end())
        return entry->second;
    return std::nullopt;
  }
  void put(std::string_view prompt, int64_t tokens) {
    if (latest_.size() >= max_entries) earlier_ = std::exchange(latest_, {});
    latest_[key(prompt)] = tokens;
  }

  void clear() {
    latest_.clear();
    earlier_.clear();
  }

 private:
  using Counts = std::unordered_map<uint64_t, int64_t>;
  static constexpr size_t max_entries = 512;
  static uint64_t key(std::string_view prompt) {
    return std::hash<std::string_view>{}(prompt) ^ prompt.size();
  }
  Counts latest_;
  Counts earlier_;
};

}  // namespace gateway
