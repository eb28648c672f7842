#include "gateway/response_store.h"

#include <iterator>
#include <utility>

namespace gateway {

void ResponseStore::put(const std::string& id, std::string items) {
  if (items.size() > max_bytes) return;
  bytes_ += items.size();
  entries_.push_back({id, std::move(items)});
  by_id_[entries_.back().id] = std::prev(entries_.end());
  while (bytes_ > max_bytes || entries_.size() > max_responses) drop_oldest();
}

const std::string* ResponseStore::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second->items;
}

void ResponseStore::drop_oldest() {
  const Entry& oldest = entries_.front();
  bytes_ -= oldest.items.size();
  by_id_.erase(oldest.id);
  entries_.pop_front();
}

}  // namespace gateway
