// Edge-triggered readiness of many sockets in one epoll instance, which the io context watches. For
// streams of many small reads: no coroutine is resumed and no read is tried in vain for each of
// them, as Asio's own reads would (bench/ measures this against nginx).
#pragma once

#include <array>
#include <functional>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/epoll.h>

namespace net {

class Readiness {
 public:
  struct Watch {
    int fd = -1;
    // Something came; `closing`: the end of the stream, or an error, is among it.
    std::function<void(bool closing)> on_readable;
  };

  explicit Readiness(boost::asio::io_context& io);

  // `watch` must stay where it is until it is removed. Removing and adding are allowed in
  // callbacks.
  void add(Watch& watch);
  void remove(const Watch& watch);

 private:
  void wait();
  void dispatch();

  boost::asio::posix::stream_descriptor epoll_;
  std::array<epoll_event, 256> events_;
  std::span<epoll_event> pending_;  // of the batch that is being dispatched
};

}  // namespace net
