#include "cdp/frames.h"

#include <utility>

namespace cdp {
namespace {

constexpr size_t kept_of_oversized = 64;

}  // namespace

void Frames::feed(std::string_view bytes, const std::function<void(std::string)>& on_message,
                  const std::function<void(std::string_view)>& on_oversized) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\0');
    const std::string_view part = bytes.substr(0, end);
    if (!is_oversized_ && pending_.size() + part.size() > max_) {
      pending_ += part.substr(0, kept_of_oversized);
      std::string(pending_, 0, kept_of_oversized).swap(pending_);
      is_oversized_ = true;
    }
    if (!is_oversized_) pending_ += part;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    std::string message = std::exchange(pending_, {});
    if (std::exchange(is_oversized_, false))
      on_oversized(message);
    else if (!message.empty())
      on_message(std::move(message));
  }
}

}  // namespace cdp
