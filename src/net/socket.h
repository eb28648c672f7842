// A connected TCP socket that Readiness watches. Reading and sending never block; a coroutine or a
// callback learns when they would give something.
#pragma once

#include <exception>
#include <functional>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <sys/types.h>

#include "net/readiness.h"
#include "net/task.h"
#include "net/waiter.h"

namespace net {

class Socket final : private Readiness::Watch {
 public:
  // Takes the socket over and turns Nagle's algorithm off.
  Socket(asio::io_context& io, asio::ip::tcp::socket socket);
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool is_open() const { return fd_ >= 0; }

  // Count of bytes; 0: the end; -EAGAIN: nothing is there yet; else another error, negative.
  ssize_t receive(char* into, size_t room);
  // receive() may give something: epoll has said so, and it has not been read since.
  bool is_readable() const { return readable_; }
  // Asks the kernel: nothing is there, neither bytes nor an end.
  bool is_quiet() const;
  // Sends what the socket takes now and shortens both, which follow one another, by it. 0, or a
  // negative error number.
  int send(std::string_view& first, std::string_view& second);
  int send(std::string_view& bytes);

  // Until reading or sending is worth trying (it may be in vain); false: cancelled. One coroutine
  // waits at a time.
  Task<bool> readable();
  Task<bool> writable();
  // Reads by callback, without a coroutine between: `on_readable` is called when there is something
  // to read, and `after_batch` when it has returned true and all of the batch has been read. Until
  // end_callbacks(), which the latter may call; false: cancelled. Throws what one of them throws.
  Task<bool> call_back(std::function<bool()> on_readable, std::function<void()> after_batch);
  void end_callbacks();
  // For who is about to send: others of the same batch are still to be read.
  bool in_batch() const { return readiness_.in_batch(); }
  Task<bool> batch_end() { return readiness_.batch_end(); }
  // Ends the present wait.
  void cancel();
  void close();

  // The far end sends no more, or is gone. Called once.
  std::function<void()> on_hang_up;
  bool has_hung_up() const { return hung_up_; }

 private:
  template <class Callback>
  bool guarded(const Callback& callback);
  bool on_ready(uint32_t events) override;
  void after_batch() override;
  void abandon() override { waiter_.abandon(); }

  asio::io_context& io_;
  Readiness& readiness_;
  int fd_ = -1;
  bool readable_ = false;
  bool writable_ = true;
  bool hung_up_ = false;
  int reads_at_once_ = 0;
  enum class Wait { none, readable, writable, callbacks } wait_ = Wait::none;
  Waiter waiter_;
  std::function<bool()> on_readable_;
  std::function<void()> after_batch_;
  std::exception_ptr thrown_;  // by one of them
};

}  // namespace net
