// A session with its calls, over HTTP: what a call has to say goes to the request that it came
// with.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "mcp/calls.h"
#include "net/wake.h"

namespace mcp {

// Where one request's messages wait to be sent.
struct Stream {
  explicit Stream(boost::asio::io_context& io) : wake(io) {}

  std::string notices;  // messages before the last, as events
  std::string answer;
  bool is_over = false;
  net::Wake wake;
};

class Conversation {
 public:
  Conversation(boost::asio::io_context& io, const Server& server)
      : session(server),
        calls(io, session, [this](std::uint64_t call, std::string message, bool is_last) {
          deliver(call, std::move(message), is_last);
        }) {}

  Session session;
  Calls calls;
  std::map<std::uint64_t, Stream*> streams;  // of requests that are waited for
  std::chrono::steady_clock::time_point last_used = std::chrono::steady_clock::now();

 private:
  void deliver(std::uint64_t call, std::string message, bool is_last);
};

// One event of a stream.
std::string event_of(std::string_view message);

}  // namespace mcp
