// An io context that a test drives by hand, and the far end of its sockets: plain file descriptors
// of the same thread. What one end has sent over loopback is there for the other at once.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/task.h"

namespace net {

using namespace std::chrono_literals;

// Runs the context until the condition holds; false after 10 s.
template <class Condition>
bool run_until(asio::io_context& io, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    io.restart();
    io.run_one_for(2ms);
  }
  return true;
}

// What a spawned task came to.
template <class T>
class Outcome {
 public:
  Outcome(asio::io_context& io, Task<T> task) : io_(io), state_(std::make_shared<State>()) {
    asio::co_spawn(io, std::move(task), [state = state_](std::exception_ptr thrown, T value) {
      state->thrown = thrown;
      state->value.emplace(std::move(value));
    });
  }

  bool is_there() const { return state_->value.has_value(); }
  // Runs until it is there.
  T& wait() {
    EXPECT_TRUE(run_until(io_, [this] { return is_there(); })) << "the task does not end";
    if (!is_there()) throw std::runtime_error("the task does not end");
    if (state_->thrown) std::rethrow_exception(state_->thrown);
    return *state_->value;
  }

 private:
  struct State {
    std::exception_ptr thrown;
    std::optional<T> value;
  };
  asio::io_context& io_;
  std::shared_ptr<State> state_;
};

class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)), got_(std::move(other.got_)) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  Peer& operator=(Peer&&) = delete;
  ~Peer() { close(); }

  // Closed (fd() < 0) when nobody listens there.
  static Peer connected_to(uint16_t port) {
    Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(peer.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      peer.close();
    return peer;
  }

  void send(std::string_view text) {
    ASSERT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // All that has come so far.
  const std::string& got() {
    char buffer[65536];
    while (true) {
      const ssize_t count = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (count == 0) ended_ = true;
      if (count < 0 && errno != EAGAIN && errno != EINTR) ended_ = reset_ = true;
      if (count <= 0) return got_;
      got_.append(buffer, static_cast<size_t>(count));
    }
  }
  void forget() { got_.clear(); }
  // The other end has closed.
  bool ended() {
    got();
    return ended_;
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  // As when a process dies: what follows is a reset, not an end.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  int fd() const { return fd_; }

 private:
  int fd_;
  std::string got_;
  bool ended_ = false;
  bool reset_ = false;
};

class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_, generic, size) != 0 || ::listen(fd_, 16) != 0 ||
        ::getsockname(fd_, generic, &size) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  uint16_t port() const { return port_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  // A connection that is waiting, if any.
  std::optional<Peer> take() {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    return fd < 0 ? std::nullopt : std::optional<Peer>(std::in_place, fd);
  }
  // Runs the context until somebody connects.
  Peer accept(asio::io_context& io) {
    std::optional<Peer> peer;
    const bool came = run_until(io, [&] {
      if (!peer) {
        if (auto taken = take()) peer.emplace(std::move(*taken));
      }
      return peer.has_value();
    });
    EXPECT_TRUE(came) << "nobody connects";
    if (!peer) throw std::runtime_error("nobody connects");
    return std::move(*peer);
  }

 private:
  int fd_;
  uint16_t port_ = 0;
};

// A connected socket and its far end.
inline std::pair<asio::ip::tcp::socket, Peer> connected(asio::io_context& io) {
  Listener listener;
  Peer peer = Peer::connected_to(listener.port());
  if (peer.fd() < 0) throw std::runtime_error("no connection");
  auto taken = listener.take();
  asio::ip::tcp::socket socket(io);
  const int fd = ::dup(taken.value().fd());
  socket.assign(asio::ip::tcp::v4(), fd);
  return {std::move(socket), std::move(peer)};
}

}  // namespace net
