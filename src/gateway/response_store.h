// Conversations that clients may go on with by the id of their last response. In memory, bounded:
// the oldest go first.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gateway {

class ResponseStore {
 public:
  static constexpr size_t max_responses = 512;
  static constexpr size_t max_bytes = 64u << 20;

  // `items`: input and output as one JSON array.
  void put(const std::string& id, std::string items);
  // Null when it was never there or has gone.
  const std::string* find(const std::string& id) const;

 private:
  struct Entry {
    std::string id;
    std::string items;
  };
  void drop_oldest();

  std::list<Entry> entries_;  // the oldest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id_;
  size_t bytes_ = 0;
};

}  // namespace gateway
