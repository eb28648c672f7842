#include "gateway/session_tools.h"

namespace gateway {

void SessionTools::remember(const std::string& conversation, std::string_view tools) {
  const auto found = places_.find(conversation);
  if (found != places_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    if (recent_.front().tools != tools) recent_.front().tools = tools;
    return;
  }
  recent_.push_front({conversation, std::string(tools)});
  places_[recent_.front().conversation] = recent_.begin();
  if (recent_.size() <= max_conversations) return;
  places_.erase(recent_.back().conversation);
  recent_.pop_back();
}

const std::string* SessionTools::find(const std::string& conversation) const {
  const auto found = places_.find(conversation);
  return found == places_.end() ? nullptr : &found->second->tools;
}

}  // namespace gateway
