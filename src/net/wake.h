// Lets one coroutine wait until another part of the same thread says that something has changed.
#pragma once

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/task.h"

namespace net {

class Wake {
 public:
  explicit Wake(asio::io_context& io) : timer_(io) {}

  // Returns at now(), or when `latest` has come; the caller looks again at what it waits for. One
  // waiter at a time.
  Task<void> wait(std::chrono::steady_clock::time_point latest) {
    timer_.expires_at(latest);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  void now() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace net
