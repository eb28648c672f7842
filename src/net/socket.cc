#include "net/socket.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace net {
namespace {

constexpr int most_at_once = 16;

ssize_t send_once(int socket, std::string_view first, std::string_view second) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  if (second.empty()) return ::send(socket, first.data(), first.size(), flags);
  iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                   {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = std::size(parts);
  return ::sendmsg(socket, &message, flags);
}

}  // namespace

using asio::ip::tcp;

Socket::Socket(asio::io_context& io, tcp::socket socket) : io_(io), readiness_(Readiness::of(io)) {
  boost::system::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  socket.native_non_blocking(true, error);
  fd_ = socket.release(error);
  if (fd_ < 0) return;
  try {
    readiness_.add(fd_, *this);
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

void Socket::close() {
  if (fd_ < 0) return;
  readiness_.remove(fd_, *this);
  ::close(std::exchange(fd_, -1));
  cancel();
}

void Socket::cancel() {
  waiter_.wake_later(io_, false);
}

ssize_t Socket::receive(char* into, size_t room) {
  ssize_t count = -1;
  do {
    count = ::recv(fd_, into, room, MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count < 0) count = -errno;
  // A short read has emptied the socket (epoll(7)), unless its end waits behind.
  const bool emptied = count >= 0 && static_cast<size_t>(count) < room && !hung_up_;
  readable_ = count != -EAGAIN && !emptied;
  return count;
}

bool Socket::is_quiet() const {
  char byte;
  return fd_ >= 0 && ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

int Socket::send(std::string_view& first, std::string_view& second) {
  while (first.size() + second.size() > 0) {
    const ssize_t count = send_once(fd_, first, second);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      writable_ = false;
      break;
    }
    if (count < 0) return -errno;
    const auto of_first = std::min(static_cast<size_t>(count), first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(static_cast<size_t>(count) - of_first);
  }
  return 0;
}

int Socket::send(std::string_view& bytes) {
  std::string_view nothing;
  return send(bytes, nothing);
}

Task<bool> Socket::readable() {
  if (fd_ < 0) co_return false;
  if (readable_) {
    // Others get a turn, however fast the far end sends.
    if (++reads_at_once_ % most_at_once == 0) co_await asio::post(io_, asio::use_awaitable);
    co_return fd_ >= 0;
  }
  reads_at_once_ = 0;
  wait_ = Wait::readable;
  co_return co_await waiter_.wait();
}

Task<bool> Socket::writable() {
  if (fd_ < 0) co_return false;
  if (writable_) co_return true;
  wait_ = Wait::writable;
  co_return co_await waiter_.wait();
}

Task<bool> Socket::call_back(std::function<bool()> on_readable, std::function<void()> after_batch) {
  if (fd_ < 0) co_return false;
  on_readable_ = std::move(on_readable);
  after_batch_ = std::move(after_batch);
  wait_ = Wait::callbacks;
  const bool ended = co_await waiter_.wait();
  wait_ = Wait::none;
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  co_return ended;
}

void Socket::end_callbacks() {
  wait_ = Wait::none;
  waiter_.wake_later(io_);
}

// What a callback throws is for who waits in call_back().
template <class Callback>
bool Socket::guarded(const Callback& callback) {
  try {
    return callback();
  } catch (...) {
    thrown_ = std::current_exception();
    end_callbacks();
    return false;
  }
}

bool Socket::on_ready(uint32_t events) {
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
  const bool gone = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (gone || (events & EPOLLIN) != 0) readable_ = true;
  if (gone && !std::exchange(hung_up_, true) && on_hang_up) {
    // Its last act may be to destroy this socket, or to wake who does.
    const std::function<void()> tell = std::exchange(on_hang_up, nullptr);
    if (waiter_) waiter_.wake_later(io_);
    tell();
    return false;
  }
  if (wait_ == Wait::callbacks) return readable_ && guarded(on_readable_);
  if (wait_ == Wait::readable ? readable_ : wait_ == Wait::writable && writable_) waiter_.wake();
  return false;
}

void Socket::after_batch() {
  guarded([this] { return after_batch_(), true; });
}

}  // namespace net
