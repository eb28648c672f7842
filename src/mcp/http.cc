#include "mcp/http.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <unordered_set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "mcp/http_exchange.h"
#include "net/listening.h"

namespace mcp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds tick_every{500};
constexpr std::chrono::hours session_idle{1};
constexpr std::chrono::seconds grace_for_close{3};
constexpr size_t most_connections = 256;

class HttpFront {
 public:
  HttpFront(asio::io_context& io, const Server& server)
      : io_(io),
        server_(server),
        state_{.io = io, .server = server},
        acceptor_(io),
        signals_(io, SIGTERM, SIGINT),
        closed_(io) {}

  int listen(const net::Endpoint& endpoint);
  void start();

 private:
  void spawn(Task<void> task);
  Task<void> accept();
  Task<void> serve(std::shared_ptr<net::ClientConnection> client);
  Task<bool> serve_request(net::ClientConnection& client);
  Task<void> tick();
  Task<void> end();

  asio::io_context& io_;
  const Server& server_;
  HttpState state_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  net::Wake closed_;
  bool is_closed_ = false;
  std::unordered_set<net::ClientConnection*> clients_;
};

int HttpFront::listen(const net::Endpoint& wanted) {
  if (!net::is_loopback_host(wanted.address))
    throw base::Error(fmt::format("cannot listen on {}:{}", wanted.address, wanted.port),
                      "the tools are for this machine only", "use 127.0.0.1", base::Exit::usage);
  return net::listen(acceptor_, wanted);
}

// The one place where the front's coroutines start; what one throws is reported and ends only it.
void HttpFront::spawn(Task<void> task) {
  asio::co_spawn(io_, std::move(task), [](const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "mcp: a request failed: %s\n", error.what());
    }
  });
}

void HttpFront::start() {
  signals_.async_wait([this](boost::system::error_code error, int) {
    if (!error) spawn(end());
  });
  spawn(accept());
  spawn(tick());
}

Task<void> HttpFront::accept() {
  const auto take = [this](tcp::socket socket) {
    if (clients_.size() >= most_connections) return;  // closes it
    auto client =
        std::make_shared<net::ClientConnection>(io_, std::move(socket), net::ClientTimeouts{});
    clients_.insert(client.get());
    spawn(serve(std::move(client)));
  };
  const auto warn = [](const std::string& what) {
    std::fprintf(stderr, "mcp: %s\n", what.c_str());
  };
  co_await net::accept(acceptor_, take, warn);
}

Task<void> HttpFront::serve(std::shared_ptr<net::ClientConnection> client) {
  bool more = true;
  try {
    while (more) more = co_await serve_request(*client);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mcp: a connection failed: %s\n", error.what());
  }
  clients_.erase(client.get());
  client->close();
}

Task<bool> HttpFront::serve_request(net::ClientConnection& client) {
  auto head = co_await client.read_head();
  if (!head && head.error() == net::ReadFailure::closed) co_return false;
  HttpExchange exchange(state_, client, head ? std::move(*head) : net::RequestHead());
  if (head) co_return co_await exchange.answer();
  co_await exchange.refuse_head(head.error());
  co_return false;
}

Task<void> HttpFront::tick() {
  asio::steady_timer timer(io_);
  while (true) {
    timer.expires_after(tick_every);
    co_await timer.async_wait(as_result);
    const auto now = std::chrono::steady_clock::now();
    for (net::ClientConnection* client : clients_) client->expire(now);
    std::erase_if(state_.sessions, [&](const auto& row) {
      return row.second->calls.is_idle() && now - row.second->last_used > session_idle;
    });
  }
}

Task<void> HttpFront::end() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const auto& [id, conversation] : state_.sessions) conversation->calls.cancel_all();
  if (server_.close) {
    asio::co_spawn(io_, server_.close(), [this](const std::exception_ptr&) {
      is_closed_ = true;
      closed_.now();
    });
    const auto latest = std::chrono::steady_clock::now() + grace_for_close;
    while (!is_closed_ && std::chrono::steady_clock::now() < latest) co_await closed_.wait(latest);
  }
  io_.stop();
}

}  // namespace

void serve_http(const std::function<Server(asio::io_context&)>& make, const net::Endpoint& listen,
                const std::function<void(int port)>& on_ready) {
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context io(1);
  const Server server = make(io);
  HttpFront front(io, server);
  const int port = front.listen(listen);
  front.start();
  on_ready(port);
  io.run();
}

}  // namespace mcp
