// Edge-triggered readiness of many sockets in one epoll instance, which the io context watches. For
// streams of many small reads: no coroutine is resumed and no read is tried in vain for each of
// them, as Asio's own reads would (bench/ measures this against nginx).
//
// What is ready at the same time is a batch. All of a batch is read before requests and deltas are
// written: the far ends are woken once for a batch instead of once for each of its writes.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <list>
#include <span>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/epoll.h>

#include "net/task.h"
#include "net/waiter.h"

namespace net {

// One for each io context.
class Readiness final : public asio::execution_context::service {
 public:
  static asio::execution_context::id id;
  static Readiness& of(asio::io_context& io) { return asio::use_service<Readiness>(io); }

  class Watch {
   public:
    // `events` are those of epoll_ctl(2). True: after_batch() is to follow.
    virtual bool on_ready(uint32_t events) = 0;
    virtual void after_batch() = 0;
    // The io context ends: whatever waits for this watch is to be destroyed, not woken.
    virtual void abandon() = 0;

   protected:
    ~Watch() = default;
  };

  explicit Readiness(asio::io_context& io);

  // `watch` must stay where it is until it is removed. Removing and adding are allowed in
  // callbacks.
  void add(int socket, Watch& watch);
  void remove(int socket, Watch& watch);

  bool in_batch() const { return dispatching_; }
  // Comes back when the present batch has been read.
  Task<bool> batch_end() { return writers_.emplace_back().wait(); }

 private:
  void shutdown() override;
  void arm();
  // One batch. What a callback throws ends no other; the last of it is returned.
  std::exception_ptr dispatch();

  asio::posix::stream_descriptor epoll_;
  std::unordered_set<Watch*> watches_;
  bool armed_ = false;
  uint64_t turn_ = 0;  // of waiting
  bool dispatching_ = false;
  std::array<epoll_event, 256> events_;
  std::span<epoll_event> batch_;
  std::list<Waiter> writers_;
};

}  // namespace net
