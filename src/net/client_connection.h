// A client's connection, server side: heads and bodies in, bytes out, a deadline on every wait. The
// owner calls expire() about once a second; what waits past its deadline is closed.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "net/http_head.h"
#include "net/socket.h"
#include "net/task.h"

namespace net {

using Seconds = std::chrono::seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

struct ClientTimeouts {
  Seconds idle{600};   // between requests
  Seconds head{30};    // from a head's first byte to its last
  Seconds body{30};    // without a byte of the body
  Seconds write{120};  // without the client taking a byte
};

enum class ReadFailure { closed, too_large, malformed, timed_out };

class ClientConnection {
 public:
  ClientConnection(asio::io_context& io, asio::ip::tcp::socket socket, ClientTimeouts timeouts)
      : socket_(io, std::move(socket)), timeouts_(timeouts) {}
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  Task<std::expected<RequestHead, ReadFailure>> read_head();
  Task<std::expected<std::string, ReadFailure>> read_body(const RequestHead& head, size_t limit);

  // Sends what the socket takes now and removes it from `out`; true when nothing is left.
  bool try_send(std::string& out);
  // The same when the present batch of sockets has been read, and waits until all of `out` is sent;
  // false when the client is gone.
  Task<bool> flush(std::string& out);

  // From now until unwatch() `on_gone` is called, once, when the client hangs up.
  void watch(std::function<void()> on_gone);
  void unwatch() { socket_.on_hang_up = nullptr; }

  // Closes a wait that is past its deadline.
  void expire(SteadyTime now);
  void close();
  // No request is under way.
  bool idle() const { return idle_; }
  bool is_open() const { return socket_.is_open(); }
  // A flush is waiting: nothing may be sent in between.
  bool is_flushing() const { return flushing_; }

 private:
  // What has come, at most so much; empty: the client is gone, or the wait was cancelled. Good
  // until the next co_await.
  Task<std::string_view> read_some(size_t most);
  bool send_some(std::string& out);
  Task<std::expected<std::string, ReadFailure>> read_sized_body(uint64_t size);
  Task<std::expected<std::string, ReadFailure>> read_chunked_body(size_t limit);
  ReadFailure body_failure();
  void set_deadline(Seconds wait);
  void clear_deadline() { deadline_ = SteadyTime::max(); }

  Socket socket_;
  ClientTimeouts timeouts_;
  std::string inbox_;  // received and not taken yet
  SteadyTime deadline_ = SteadyTime::max();
  bool idle_ = true;
  bool flushing_ = false;
  bool timed_out_ = false;
};

}  // namespace net
