#include "mcp/stdio.h"

#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "mcp/calls.h"
#include "mcp/line_reader.h"
#include "net/wake.h"

namespace mcp {
namespace {

namespace asio = boost::asio;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr size_t read_size = 64u << 10;
constexpr size_t most_unsent = 8u << 20;  // beyond it no further message is read
constexpr std::chrono::milliseconds grace_for_calls{1000};
constexpr std::chrono::milliseconds grace_for_reader{1000};
constexpr std::chrono::milliseconds grace_for_close{3000};

// A standard descriptor for ourselves; what stands in its place leads nowhere near the client. The
// flags belong to whoever shares it, such as a shell, and are put back.
class Channel {
 public:
  Channel(asio::io_context& io, int standard)
      : descriptor_(fcntl(standard, F_DUPFD_CLOEXEC, 3)),
        flags_(fcntl(descriptor_, F_GETFL)),
        stream_(io, descriptor_) {}
  ~Channel() { fcntl(descriptor_, F_SETFL, flags_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  asio::posix::stream_descriptor& stream() { return stream_; }

 private:
  int descriptor_;
  int flags_;
  asio::posix::stream_descriptor stream_;
};

using Clock = std::chrono::steady_clock;

class Front {
 public:
  Front(asio::io_context& io, const Server& server);

  void start();

 private:
  void spawn(Task<void> task);
  Task<void> read();
  Task<void> write();
  void take(Received received);
  void take_line(std::string_view line);
  void send(const std::string& message);
  void begin_end(std::chrono::milliseconds grace);
  Task<void> end(std::chrono::milliseconds grace);
  Task<void> wait_for_calls(std::chrono::milliseconds most);
  Task<void> wait_for_reader(std::chrono::milliseconds most);
  Task<void> close_server();

  asio::io_context& io_;
  const Server& server_;
  Channel in_;
  Channel out_;
  Session session_;
  Calls calls_;
  asio::signal_set signals_;
  net::Wake to_write_;
  net::Wake room_;
  net::Wake ended_;  // a call, a write, the server's closing
  std::string unsent_;
  bool is_writing_ = false;
  bool is_reader_gone_ = false;
  bool is_ending_ = false;
  bool is_closed_ = false;
};

Front::Front(asio::io_context& io, const Server& server)
    : io_(io),
      server_(server),
      in_(io, STDIN_FILENO),
      out_(io, STDOUT_FILENO),
      session_(server),
      calls_(io, session_,
             [this](std::uint64_t, const std::string& message, bool) { send(message); }),
      signals_(io, SIGTERM, SIGINT),
      to_write_(io),
      room_(io),
      ended_(io) {
  dup2(STDERR_FILENO, STDOUT_FILENO);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  close(nothing);
}

// Nothing else runs on its own but calls; what these throw ends the process with its message.
void Front::spawn(Task<void> task) {
  asio::co_spawn(io_, std::move(task), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void Front::start() {
  signals_.async_wait([this](boost::system::error_code error, int) {
    if (!error) begin_end(std::chrono::milliseconds(0));
  });
  spawn(read());
  spawn(write());
}

void Front::send(const std::string& message) {
  ended_.now();
  if (message.empty()) return;
  unsent_ += message;
  unsent_ += '\n';
  to_write_.now();
}

void Front::take(Received received) {
  if (received.cancelled) calls_.cancel(*received.cancelled);
  send(received.reply);
  if (received.call) calls_.start(*std::move(received.call));
}

void Front::take_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.empty()) take(session_.receive(line));
}

Task<void> Front::read() {
  LineReader lines(max_message);
  std::string piece(read_size, '\0');
  const auto on_line = [this](std::string_view line) { take_line(line); };
  const auto on_too_long = [this] { take(session_.receive_oversized()); };
  bool is_open = true;
  while (is_open && !is_ending_) {
    if (unsent_.size() > most_unsent) {
      co_await room_.wait(Clock::time_point::max());
      continue;
    }
    const auto buffer = asio::buffer(piece);
    const auto [error, count] = co_await in_.stream().async_read_some(buffer, as_result);
    lines.feed(std::string_view(piece).substr(0, count), on_line, on_too_long);
    is_open = !error;
  }
  lines.end(on_line);
  begin_end(grace_for_calls);
}

Task<void> Front::write() {
  while (!is_reader_gone_) {
    is_writing_ = !unsent_.empty();
    if (!is_writing_) {
      ended_.now();
      co_await to_write_.wait(Clock::time_point::max());
      continue;
    }
    const std::string batch = std::exchange(unsent_, {});
    room_.now();
    const auto buffer = asio::buffer(batch);
    const auto [error, count] = co_await asio::async_write(out_.stream(), buffer, as_result);
    is_reader_gone_ = bool(error);
  }
  ended_.now();
  begin_end(std::chrono::milliseconds(0));
}

void Front::begin_end(std::chrono::milliseconds grace) {
  if (std::exchange(is_ending_, true)) return;
  spawn(end(grace));
}

Task<void> Front::end(std::chrono::milliseconds grace) {
  boost::system::error_code ignored;
  in_.stream().cancel(ignored);
  co_await wait_for_calls(grace);
  calls_.cancel_all();
  co_await wait_for_calls(grace_for_calls);
  for (const std::uint64_t number : session_.open_subscriptions()) send(session_.close(number));
  co_await close_server();
  co_await wait_for_reader(grace_for_reader);
  io_.stop();
}

Task<void> Front::wait_for_calls(std::chrono::milliseconds most) {
  const auto latest = Clock::now() + most;
  while (!calls_.is_idle() && !is_reader_gone_ && Clock::now() < latest)
    co_await ended_.wait(latest);
}

Task<void> Front::wait_for_reader(std::chrono::milliseconds most) {
  const auto latest = Clock::now() + most;
  while ((is_writing_ || !unsent_.empty()) && !is_reader_gone_ && Clock::now() < latest)
    co_await ended_.wait(latest);
}

Task<void> Front::close_server() {
  if (!server_.close) co_return;
  asio::co_spawn(io_, server_.close(), [this](const std::exception_ptr&) {
    is_closed_ = true;
    ended_.now();
  });
  const auto latest = Clock::now() + grace_for_close;
  while (!is_closed_ && Clock::now() < latest) co_await ended_.wait(latest);
}

}  // namespace

void serve_stdio(const std::function<Server(asio::io_context&)>& make) {
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context io(1);
  const Server server = make(io);
  Front front(io, server);
  front.start();
  io.run();
}

}  // namespace mcp
