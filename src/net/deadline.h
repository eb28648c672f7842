// Calls a function when a time is over, unless the object is gone by then.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace net {

class Deadline {
 public:
  Deadline(boost::asio::io_context& io, std::chrono::milliseconds wait,
           std::function<void()> on_over)
      : timer_(io, wait), on_over_(std::make_shared<std::function<void()>>(std::move(on_over))) {
    // The handler may be queued already when the object goes: it then finds nothing to call.
    timer_.async_wait([weak = std::weak_ptr(on_over_)](boost::system::error_code cancelled) {
      if (const auto call = weak.lock(); call && !cancelled) (*call)();
    });
  }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> on_over_;
};

}  // namespace net
