#include "net/readiness.h"

#include <cerrno>
#include <system_error>

namespace net {

Readiness::Readiness(boost::asio::io_context& io) : epoll_(io) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  epoll_.assign(fd);
  wait();
}

void Readiness::add(Watch& watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watch;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, watch.fd, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Readiness::remove(const Watch& watch) {
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, watch.fd, nullptr);
  for (epoll_event& event : pending_)
    if (event.data.ptr == &watch) event.data.ptr = nullptr;
}

void Readiness::wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](boost::system::error_code error) {
                      if (error) return;
                      dispatch();
                      wait();
                    });
}

void Readiness::dispatch() {
  const int count =
      ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  if (count <= 0) return;
  pending_ = std::span(events_).first(static_cast<size_t>(count));
  for (const epoll_event& event : pending_) {
    auto* watch = static_cast<Watch*>(event.data.ptr);
    if (watch != nullptr)
      watch->on_readable((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  }
  pending_ = {};
}

}  // namespace net
