#include "net/readiness.h"

#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace net {

asio::execution_context::id Readiness::id;

Readiness::Readiness(asio::io_context& io) : service(io), epoll_(io) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  epoll_.assign(fd);
}

void Readiness::add(int socket, Watch& watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watch;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  watches_.insert(&watch);
  if (!armed_ && !dispatching_) arm();
}

void Readiness::remove(int socket, Watch& watch) {
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
  for (epoll_event& event : batch_)
    if (event.data.ptr == &watch) event.data.ptr = nullptr;
  watches_.erase(&watch);
  if (!watches_.empty() || !armed_) return;
  // Without this the io context would never run out of work.
  armed_ = false;
  ++turn_;  // for a wait that is over, but not told of yet
  boost::system::error_code ignored;
  epoll_.cancel(ignored);
}

void Readiness::shutdown() {
  dispatching_ = true;  // nothing is armed any more
  const std::list<Waiter> writers = std::move(writers_);
  while (!watches_.empty()) {
    Watch& watch = **watches_.begin();
    watches_.erase(&watch);
    watch.abandon();
  }
}

void Readiness::arm() {
  armed_ = true;
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this, turn = ++turn_](boost::system::error_code error) {
                      if (error || turn != turn_) return;
                      armed_ = false;
                      const std::exception_ptr failure = dispatch();
                      if (!watches_.empty() && !armed_) arm();
                      if (failure) std::rethrow_exception(failure);
                    });
}

std::exception_ptr Readiness::dispatch() {
  const int count =
      ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  if (count <= 0) return nullptr;
  std::exception_ptr failure;
  const auto call = [&failure](const auto& callback) {
    try {
      return callback();
    } catch (...) {
      failure = std::current_exception();
      return false;
    }
  };
  dispatching_ = true;
  batch_ = std::span(events_).first(static_cast<size_t>(count));
  for (epoll_event& event : batch_) {
    auto* const watch = static_cast<Watch*>(event.data.ptr);
    if (watch != nullptr && !call([&] { return watch->on_ready(event.events); }))
      event.data.ptr = nullptr;
  }
  for (const epoll_event& event : batch_) {
    auto* const watch = static_cast<Watch*>(event.data.ptr);
    if (watch != nullptr) call([&] { return watch->after_batch(), true; });
  }
  batch_ = {};
  dispatching_ = false;
  std::list<Waiter> writers = std::move(writers_);
  for (Waiter& writer : writers) call([&] { return writer.wake(), true; });
  return failure;
}

}  // namespace net
