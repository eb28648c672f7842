#include "fetch/stream.h"

#include <array>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/deadline.h"

namespace fetch {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds connect_deadline{8};  // for one address

}  // namespace

net::Task<base::Result<void>> Stream::connect(std::vector<asio::ip::tcp::endpoint> endpoints) {
  std::string problem = "it has no address";
  for (const asio::ip::tcp::endpoint& endpoint : endpoints) {
    bool is_late = false;
    boost::system::error_code ignored;
    socket_.close(ignored);
    const auto give_up = [this, &is_late] {
      is_late = true;
      close();
    };
    const net::Deadline deadline(io_, connect_deadline, give_up);
    const auto [error] = co_await socket_.async_connect(endpoint, as_result);
    if (!error) {
      socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
      co_return base::Result<void>();
    }
    problem = is_late ? "no connection within 8 s" : error.message();
  }
  co_return std::unexpected(problem);
}

net::Task<base::Result<void>> Stream::start_tls(const TlsContext& context, std::string host) {
  tls_.emplace(context, host);
  while (true) {
    std::string output = tls_->take_output();
    const auto sent = co_await send(std::move(output));
    if (tls_->state() == TlsSession::State::failed) co_return std::unexpected(tls_->problem());
    if (tls_->state() != TlsSession::State::handshaking) co_return base::Result<void>();
    if (!sent) co_return std::unexpected(sent.error());
    const auto bytes = co_await receive();
    if (!bytes) co_return std::unexpected(bytes.error());
    tls_->feed(*bytes);
  }
}

net::Task<base::Result<std::string>> Stream::read() {
  if (!tls_) {
    auto bytes = co_await receive();
    co_return bytes;
  }
  while (true) {
    std::string plain = tls_->take_plain();
    if (!plain.empty() || tls_->state() == TlsSession::State::closed) co_return plain;
    if (tls_->state() == TlsSession::State::failed) co_return std::unexpected(tls_->problem());
    const auto bytes = co_await receive();
    if (!bytes) co_return std::unexpected(bytes.error());
    tls_->feed(*bytes);
    std::string output = tls_->take_output();  // an answer to a key update
    const auto sent = co_await send(std::move(output));
    if (!sent) co_return std::unexpected(sent.error());
  }
}

net::Task<base::Result<void>> Stream::write(std::string bytes) {
  if (tls_) {
    tls_->write(bytes);
    bytes = tls_->take_output();
  }
  auto sent = co_await send(std::move(bytes));
  co_return sent;
}

net::Task<base::Result<void>> Stream::send(std::string bytes) {
  if (bytes.empty()) co_return base::Result<void>();
  const auto data = asio::buffer(bytes);
  const auto [error, count] = co_await asio::async_write(socket_, data, as_result);
  if (error) co_return std::unexpected("the connection broke off: " + error.message());
  co_return base::Result<void>();
}

net::Task<base::Result<std::string>> Stream::receive() {
  std::string bytes(64u << 10, '\0');
  const auto space = asio::buffer(bytes);
  const auto [error, count] = co_await socket_.async_read_some(space, as_result);
  if (error && error != asio::error::eof)
    co_return std::unexpected("the connection broke off: " + error.message());
  bytes.resize(count);
  co_return bytes;
}

void Stream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace fetch
