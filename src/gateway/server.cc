#include "gateway/server.h"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <malloc.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "gateway/exchange.h"
#include "gateway/routes.h"
#include "net/listening.h"

namespace gateway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick_every{500};

// The one place where a coroutine that nobody awaits may start; what it throws is logged.
void spawn(asio::io_context& io, const char* name, Task<void> task) {
  asio::co_spawn(io, std::move(task), [name](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::error("{} ended: {}", name, error.what());
    }
  });
}

chat::Error head_error(net::ReadFailure failure) {
  using chat::ErrorKind;
  if (failure == net::ReadFailure::timed_out)
    return {ErrorKind::timeout, "the request head came too slowly", 0};
  if (failure == net::ReadFailure::too_large)
    return {ErrorKind::too_large, "the request head is larger than 64 KiB", 0};
  return {ErrorKind::invalid_request, "the request head is malformed", 0};
}

class Server {
 public:
  Server(asio::io_context& io, Options options)
      : gateway_(io, std::move(options)), acceptor_(io), signals_(io, SIGTERM, SIGINT) {}

  int listen() { return net::listen(acceptor_, gateway_.options.listen); }
  void start(std::function<void()> on_ready);

 private:
  Task<void> say_ready(std::function<void()> on_ready);
  Task<void> accept();
  Task<void> serve_client(std::shared_ptr<net::ClientConnection> client);
  Task<bool> serve_request(net::ClientConnection& client);
  Task<void> tick();
  Task<void> await_signal();
  Task<void> drain();

  Gateway gateway_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  std::unordered_set<net::ClientConnection*> clients_;
};

// Whoever waited for the ready line finds the model's name and window at once.
Task<void> Server::say_ready(std::function<void()> on_ready) {
  asio::steady_timer timer(gateway_.io);
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (!gateway_.backend.asked() && std::chrono::steady_clock::now() < latest) {
    timer.expires_after(std::chrono::milliseconds(5));
    co_await timer.async_wait(as_result);
  }
  on_ready();
}

void Server::start(std::function<void()> on_ready) {
  spawn(gateway_.io, "starting", say_ready(std::move(on_ready)));
  spawn(gateway_.io, "accepting", accept());
  spawn(gateway_.io, "ticking", tick());
  spawn(gateway_.io, "watching the model server", gateway_.backend.watch());
  spawn(gateway_.io, "waiting for signals", await_signal());
}

Task<void> Server::accept() {
  const auto take = [this](tcp::socket socket) {
    auto client = std::make_shared<net::ClientConnection>(gateway_.io, std::move(socket),
                                                          net::ClientTimeouts{});
    spawn(gateway_.io, "a connection", serve_client(std::move(client)));
  };
  const auto warn = [](const std::string& what) { spdlog::warn("{}", what); };
  co_await net::accept(acceptor_, take, warn);
}

Task<void> Server::serve_client(std::shared_ptr<net::ClientConnection> client) {
  clients_.insert(client.get());
  bool more = true;
  try {
    while (more) more = co_await serve_request(*client);
  } catch (const std::exception& error) {
    spdlog::error("a connection failed: {}", error.what());
  }
  clients_.erase(client.get());
  client->close();
}

Task<bool> Server::serve_request(net::ClientConnection& client) {
  auto head = co_await client.read_head();
  if (!head && head.error() == net::ReadFailure::closed) co_return false;
  if (!head) {
    Exchange exchange(gateway_, client, net::RequestHead());
    chat::Error error = head_error(head.error());
    co_await exchange.reply_error(std::move(error));
    co_return false;
  }
  Exchange exchange(gateway_, client, std::move(*head));
  bool failed = false;
  try {
    co_await answer(gateway_, client, exchange);
  } catch (const std::exception& error) {
    spdlog::error("request {} failed: {}", exchange.request_id(), error.what());
    failed = true;
  }
  if (failed) {
    if (exchange.answered()) co_return false;
    exchange.close_after();
    chat::Error error{chat::ErrorKind::server, "the proxy failed on this request", 0};
    co_await exchange.reply_error(std::move(error));
  }
  co_return exchange.keep_alive() && client.is_open() &&
      exchange.aborted() == Exchange::Abort::none;
}

Task<void> Server::tick() {
  asio::steady_timer timer(gateway_.io);
  while (true) {
    timer.expires_after(tick_every);
    co_await timer.async_wait(as_result);
    gateway_.now = std::chrono::steady_clock::now();
    // Ends of waits are queued, not run, so the sets stay as they are meanwhile.
    for (Exchange* exchange : gateway_.exchanges) exchange->tick();
    for (net::ClientConnection* client : clients_) client->expire(gateway_.now);
  }
}

Task<void> Server::await_signal() {
  co_await signals_.async_wait(as_result);
  spawn(gateway_.io, "draining", drain());
  // The second one means now.
  co_await signals_.async_wait(as_result);
  gateway_.io.stop();
}

Task<void> Server::drain() {
  gateway_.draining = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  spdlog::info("stopping: {} answers under way", gateway_.exchanges.size());
  asio::steady_timer timer(gateway_.io);
  const auto deadline = std::chrono::steady_clock::now() + gateway_.options.drain;
  while (!gateway_.exchanges.empty() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(20));
    co_await timer.async_wait(as_result);
  }
  for (Exchange* exchange : gateway_.exchanges) exchange->abort(Exchange::Abort::shutdown);
  const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (!gateway_.exchanges.empty() && std::chrono::steady_clock::now() < last) {
    timer.expires_after(std::chrono::milliseconds(20));
    co_await timer.async_wait(as_result);
  }
  gateway_.io.stop();
}

// Ends what still waits while all that it refers to is there: after a hard stop.
class Context : public asio::io_context {
 public:
  using asio::io_context::io_context;
  void end_all() { shutdown(); }
};

// Each stream takes two descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// By default glibc gives the memory of each large body back to the system and asks for it again
// with the next request, which costs more than translating it.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

}  // namespace

void serve(Options options, const std::function<void(int port)>& on_ready) {
  raise_descriptor_limit();
  keep_freed_memory();
  ::signal(SIGPIPE, SIG_IGN);
  Context io(1);
  Server server(io, std::move(options));
  const int port = server.listen();
  server.start([&on_ready, port] { on_ready(port); });
  while (!io.stopped()) {
    try {
      io.run();
    } catch (const std::exception& error) {
      // Of one handler's work; the others go on.
      spdlog::error("unexpected: {}", error.what());
    }
  }
  io.end_all();
}

}  // namespace gateway
