// How the messages of a connection travel: a pair of pipes to a browser of ours, or a WebSocket.
#pragma once

#include <functional>
#include <string>

namespace cdp {

// Longer messages from the browser are not kept.
constexpr size_t max_message = 96u << 20;

class Transport {
 public:
  virtual ~Transport() = default;

  struct Sink {
    std::function<void(std::string message)> on_message;
    // A message was longer than max_message; the first bytes of it.
    std::function<void(std::string_view beginning)> on_oversized;
    // The end; nothing is called after it.
    std::function<void(std::string why)> on_end;
  };
  // Begins to read. Nothing is called once the transport is gone.
  virtual void start(Sink sink) = 0;
  // Queues a message; after the end it is dropped.
  virtual void send(std::string message) = 0;
};

}  // namespace cdp
