#include "mcp/conversation.h"

#include <utility>

namespace mcp {

std::string event_of(std::string_view message) {
  return std::string("event: message\ndata: ").append(message).append("\n\n");
}

void Conversation::deliver(std::uint64_t call, std::string message, bool is_last) {
  const auto found = streams.find(call);
  if (found == streams.end()) return;  // the client has hung up
  Stream& stream = *found->second;
  if (is_last) {
    stream.answer = std::move(message);
    stream.is_over = true;
  } else {
    stream.notices += event_of(message);
  }
  stream.wake.now();
}

}  // namespace mcp
