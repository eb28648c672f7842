// Waiting for something to change, and taking turns, on the one io thread.
#pragma once

#include <chrono>
#include <list>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/task.h"

namespace mcp::browser {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Sleeps; ends early when the call is cancelled.
inline net::Task<void> pause(boost::asio::io_context& io, milliseconds time) {
  boost::asio::steady_timer timer(io, time);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

class Signal {
 public:
  explicit Signal(boost::asio::io_context& io) : io_(io) {}

  // Wakes all who wait now.
  void notify() {
    for (boost::asio::steady_timer* timer : *waiting_) timer->cancel();
  }

  // Until the next notify or the time. The signal itself may go meanwhile.
  net::Task<void> wait(Clock::time_point until) { return wait_on(io_, waiting_, until); }

 private:
  using Waiting = std::shared_ptr<std::list<boost::asio::steady_timer*>>;

  static net::Task<void> wait_on(boost::asio::io_context& io, Waiting waiting,
                                 Clock::time_point until) {
    struct Listed {
      Waiting waiting;
      boost::asio::steady_timer timer;
      std::list<boost::asio::steady_timer*>::iterator place;
      ~Listed() { waiting->erase(place); }
    };
    Listed listed{std::move(waiting), boost::asio::steady_timer(io, until), {}};
    listed.place = listed.waiting->insert(listed.waiting->end(), &listed.timer);
    co_await listed.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

  boost::asio::io_context& io_;
  Waiting waiting_ = std::make_shared<std::list<boost::asio::steady_timer*>>();
};

// One call at a time. The turn ends with the Held object.
class Turn : public std::enable_shared_from_this<Turn> {
 public:
  explicit Turn(boost::asio::io_context& io) : freed_(io) {}

  class Held {
   public:
    Held() = default;
    explicit Held(std::shared_ptr<Turn> turn) : turn_(std::move(turn)) {}
    Held(Held&& other) noexcept = default;
    Held& operator=(Held&& other) noexcept = delete;
    ~Held() {
      if (turn_ == nullptr) return;
      turn_->is_taken_ = false;
      turn_->freed_.notify();
    }
    explicit operator bool() const { return turn_ != nullptr; }

   private:
    std::shared_ptr<Turn> turn_;
  };

  bool is_taken() const { return is_taken_; }

  // An empty one when it is not free in time.
  net::Task<Held> take(Clock::time_point until) {
    const auto self = shared_from_this();
    while (is_taken_ && Clock::now() < until) co_await freed_.wait(until);
    if (is_taken_) co_return Held();
    is_taken_ = true;
    co_return Held(self);
  }

 private:
  bool is_taken_ = false;
  Signal freed_;
};

}  // namespace mcp::browser
