// A coroutine that waits until another part of the same thread wakes it.
#pragma once

#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/task.h"

namespace net {

class Waiter {
 public:
  // One at a time. The result is what wake() or wake_later() was given.
  Task<bool> wait() {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
        [this](auto handler) { Handler(std::move(handler)).swap(handler_); }, asio::use_awaitable);
  }
  explicit operator bool() const { return static_cast<bool>(handler_); }

  // Goes on with the coroutine here and now, which may destroy this object.
  void wake(bool result = true) {
    if (handler_) take()(result);
  }
  // From within the io context's loop.
  void wake_later(asio::io_context& io, bool result = true) {
    if (!handler_) return;
    asio::post(io, [handler = take(), result]() mutable { handler(result); });
  }
  // Destroys the coroutine without waking it.
  void abandon() { take(); }

 private:
  using Handler = asio::any_completion_handler<void(bool)>;

  // Its assignment calls itself without end in Boost 1.81.
  Handler take() {
    Handler taken;
    taken.swap(handler_);
    return taken;
  }

  Handler handler_;
};

}  // namespace net
