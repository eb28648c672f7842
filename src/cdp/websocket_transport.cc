#include "cdp/websocket_transport.h"

#include <deque>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "net/deadline.h"

namespace cdp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Handlers that are still queued when the transport goes share this and find it ended.
struct State : std::enable_shared_from_this<State> {
  explicit State(asio::io_context& io) : stream(io) {}

  void read();
  void write();
  void end(const std::string& why);
  void close_socket() {
    error_code ignored;
    stream.next_layer().close(ignored);
  }

  websocket::stream<tcp::socket> stream;
  beast::flat_buffer buffer;
  Transport::Sink sink;
  std::deque<std::string> unsent;
  bool is_writing = false;
  bool has_ended = false;
};

void State::end(const std::string& why) {
  if (std::exchange(has_ended, true)) return;
  close_socket();
  if (sink.on_end) sink.on_end(why);
}

void State::read() {
  const auto taken = [self = shared_from_this()](error_code failed, size_t) {
    if (self->has_ended) return;
    if (failed) return self->end("the browser closed the connection: " + failed.message());
    std::string message = beast::buffers_to_string(self->buffer.data());
    self->buffer.consume(self->buffer.size());
    self->sink.on_message(std::move(message));
    if (!self->has_ended) self->read();
  };
  stream.async_read(buffer, taken);
}

void State::write() {
  if (is_writing || unsent.empty() || has_ended) return;
  is_writing = true;
  const auto written = [self = shared_from_this()](error_code failed, size_t) {
    if (self->has_ended) return;
    if (failed) return self->end("the connection to the browser broke: " + failed.message());
    self->is_writing = false;
    self->unsent.pop_front();
    self->write();
  };
  stream.async_write(asio::buffer(unsent.front()), written);
}

class WebsocketTransport : public Transport {
 public:
  explicit WebsocketTransport(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~WebsocketTransport() override {
    state_->sink = {};
    state_->end({});
  }
  WebsocketTransport(const WebsocketTransport&) = delete;
  WebsocketTransport& operator=(const WebsocketTransport&) = delete;

  void start(Sink sink) override {
    state_->sink = std::move(sink);
    state_->read();
  }
  void send(std::string message) override {
    if (state_->has_ended) return;
    state_->unsent.push_back(std::move(message));
    state_->write();
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

Task<base::Result<std::unique_ptr<Transport>>> connect_websocket(
    asio::io_context& io, net::Url url, std::chrono::milliseconds deadline) {
  auto state = std::make_shared<State>(io);
  tcp::resolver resolver(io);
  const auto give_up = [&] {
    resolver.cancel();
    state->close_socket();
  };
  const net::Deadline limit(io, deadline, give_up);
  const std::string port = std::to_string(url.port);
  const auto [unknown, found] = co_await resolver.async_resolve(url.host, port, as_result);
  if (unknown) co_return std::unexpected(url.authority() + " has no address: " + unknown.message());
  auto& socket = state->stream.next_layer();
  const auto [refused, endpoint] = co_await asio::async_connect(socket, found, as_result);
  if (refused)
    co_return std::unexpected(url.authority() + " cannot be reached: " + refused.message());
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // Proxies drop connections on which nothing moves.
  auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::client);
  timeouts.idle_timeout = std::chrono::seconds(60);
  timeouts.keep_alive_pings = true;
  state->stream.set_option(timeouts);
  state->stream.read_message_max(max_message);
  const std::string host = url.authority();
  const std::string target = url.path.empty() ? "/" : url.path;
  const auto [declined] = co_await state->stream.async_handshake(host, target, as_result);
  if (declined)
    co_return std::unexpected(url.authority() + " takes no WebSocket: " + declined.message());
  co_return std::make_unique<WebsocketTransport>(std::move(state));
}

}  // namespace cdp
