#include "net/client_connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>
#include <sys/socket.h>

#include "base/strings.h"
#include "net/chunk_decoder.h"
#include "net/send_now.h"

namespace net {
namespace {

using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr size_t read_size = 16u << 10;
constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

struct ClientConnection::Watch {
  tcp::socket* socket;  // null once the watch has ended
  std::function<void()> on_gone;
  asio::steady_timer timer;
};

ClientConnection::ClientConnection(tcp::socket socket, ClientTimeouts timeouts)
    : socket_(std::move(socket)), timeouts_(timeouts) {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
}

void ClientConnection::set_deadline(Seconds wait) {
  deadline_ = std::chrono::steady_clock::now() + wait;
}

void ClientConnection::expire(SteadyTime now) {
  if (now < deadline_) return;
  clear_deadline();
  timed_out_ = true;
  boost::system::error_code ignored;
  // Half closed only: an answer that says why can still be sent.
  if (flushing_ || idle_) {
    close();
  } else {
    socket_.cancel(ignored);
  }
}

void ClientConnection::close() {
  unwatch();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Task<bool> ClientConnection::read_more(std::string& into, size_t room) {
  const size_t had = into.size();
  into.resize_and_overwrite(had + room, [](char*, size_t size) { return size; });
  const auto buffer = asio::buffer(into.data() + had, room);
  const auto [error, count] = co_await socket_.async_read_some(buffer, as_result);
  into.resize(had + (error ? 0 : count));
  co_return !error;
}

Task<std::expected<RequestHead, ReadFailure>> ClientConnection::read_head() {
  idle_ = inbox_.empty();
  set_deadline(idle_ ? timeouts_.idle : timeouts_.head);
  while (true) {
    // Blank lines before a request line are passed over (RFC 9112 §2.2).
    while (inbox_.starts_with("\r\n")) inbox_.erase(0, 2);
    RequestHead head;
    size_t length = 0;
    const HeadState state = parse_head(inbox_, head, length);
    if (state == HeadState::complete) {
      inbox_.erase(0, length);
      idle_ = false;
      clear_deadline();
      co_return head;
    }
    if (state == HeadState::too_large) co_return std::unexpected(ReadFailure::too_large);
    if (state == HeadState::malformed) co_return std::unexpected(ReadFailure::malformed);
    if (inbox_.empty()) inbox_.shrink_to_fit();
    const bool more = co_await read_more(inbox_, read_size);
    if (!more) {
      const bool late = std::exchange(timed_out_, false) && !inbox_.empty();
      co_return std::unexpected(late ? ReadFailure::timed_out : ReadFailure::closed);
    }
    if (std::exchange(idle_, false)) set_deadline(timeouts_.head);
  }
}

Task<std::expected<std::string, ReadFailure>> ClientConnection::read_body(const RequestHead& head,
                                                                          size_t limit) {
  if (!head.chunked && head.content_length.value_or(0) == 0) co_return std::string();
  if (head.content_length.value_or(0) > limit) co_return std::unexpected(ReadFailure::too_large);
  if (inbox_.empty() && base::equals_ignoring_case(head.get("expect"), "100-continue")) {
    std::string go_on(continue_head);
    const bool sent = co_await flush(go_on);
    if (!sent) co_return std::unexpected(ReadFailure::closed);
  }
  if (!head.chunked) co_return co_await read_sized_body(head.content_length.value_or(0));
  co_return co_await read_chunked_body(limit);
}

Task<std::expected<std::string, ReadFailure>> ClientConnection::read_sized_body(uint64_t size) {
  // What a head promises takes no memory before it comes.
  constexpr size_t largest_step = 256u << 10;
  std::string body = inbox_.substr(0, size);
  inbox_.erase(0, body.size());
  if (inbox_.empty()) inbox_.shrink_to_fit();
  body.reserve(std::min<uint64_t>(size, 1u << 20));
  while (body.size() < size) {
    set_deadline(timeouts_.body);
    const auto room = static_cast<size_t>(std::min<uint64_t>(size - body.size(), largest_step));
    const bool more = co_await read_more(body, room);
    if (!more) co_return std::unexpected(body_failure());
  }
  clear_deadline();
  co_return body;
}

Task<std::expected<std::string, ReadFailure>> ClientConnection::read_chunked_body(size_t limit) {
  std::string body;
  ChunkDecoder decoder;
  while (true) {
    const size_t used = decoder.feed(inbox_, [&](std::string_view data) { body += data; });
    inbox_.erase(0, used);
    if (decoder.failed()) co_return std::unexpected(ReadFailure::malformed);
    if (body.size() > limit) co_return std::unexpected(ReadFailure::too_large);
    if (decoder.complete()) break;
    set_deadline(timeouts_.body);
    const bool more = co_await read_more(inbox_, read_size);
    if (!more) co_return std::unexpected(body_failure());
  }
  clear_deadline();
  co_return body;
}

ReadFailure ClientConnection::body_failure() {
  return std::exchange(timed_out_, false) ? ReadFailure::timed_out : ReadFailure::closed;
}

bool ClientConnection::try_send(std::string& out) {
  if (flushing_ || !socket_.is_open()) return false;
  out.erase(0, send_now(socket_.native_handle(), out));
  return out.empty();
}

Task<bool> ClientConnection::flush(std::string& out) {
  flushing_ = true;
  boost::system::error_code failure;
  while (!out.empty() && !failure) {
    set_deadline(timeouts_.write);
    const auto buffer = asio::buffer(out);
    const auto [error, count] = co_await socket_.async_write_some(buffer, as_result);
    out.erase(0, count);
    failure = error;
  }
  flushing_ = false;
  clear_deadline();
  co_return !failure;
}

void ClientConnection::watch(std::function<void()> on_gone) {
  watch_ = std::make_shared<Watch>(
      Watch{&socket_, std::move(on_gone), asio::steady_timer(socket_.get_executor())});
  wait_readable(watch_);
}

void ClientConnection::unwatch() {
  if (!watch_) return;
  watch_->socket = nullptr;
  watch_->timer.cancel();
  watch_.reset();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void ClientConnection::wait_readable(const std::shared_ptr<Watch>& watch) {
  watch->socket->async_wait(tcp::socket::wait_read, [watch](boost::system::error_code error) {
    if (watch->socket == nullptr || error) return;
    char byte;
    const ssize_t count = ::recv(watch->socket->native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      wait_readable(watch);
      return;
    }
    if (count <= 0) {
      watch->on_gone();
    } else {
      poll_hang_up(watch);
    }
  });
}

// The next request of a client that pipelines waits in the socket, which stays readable: whether
// the client is still there has to be asked.
void ClientConnection::poll_hang_up(const std::shared_ptr<Watch>& watch) {
  watch->timer.expires_after(std::chrono::milliseconds(250));
  watch->timer.async_wait([watch](boost::system::error_code error) {
    if (watch->socket == nullptr || error) return;
    pollfd state{watch->socket->native_handle(), POLLRDHUP, 0};
    if (::poll(&state, 1, 0) > 0) {
      watch->on_gone();
    } else {
      poll_hang_up(watch);
    }
  });
}

}  // namespace net
