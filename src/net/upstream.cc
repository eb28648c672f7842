#include "net/upstream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "net/deadline.h"
#include "net/send_now.h"

namespace net {
namespace {

using asio::ip::tcp;
using Kind = UpstreamFailure::Kind;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr size_t max_kept = 64;
constexpr size_t max_reply = 16u << 20;
constexpr std::chrono::seconds connect_deadline{5};

std::string broke_off(int error) {
  return "broke off: " + std::generic_category().message(error);
}

// All answers are read through this one buffer: its content is used up before anything else runs.
std::array<char, 64 << 10> read_buffer;

}  // namespace

std::string UpstreamPool::request_head(std::string_view method, std::string_view path,
                                       size_t body_size) const {
  std::string head(method);
  head += ' ';
  head += url_.path;
  head += path;
  head += " HTTP/1.1\r\nhost: ";
  head += url_.authority();
  if (body_size > 0) {
    head += "\r\ncontent-type: application/json\r\ncontent-length: ";
    head += std::to_string(body_size);
  }
  head += "\r\n\r\n";
  return head;
}

UpstreamCall::~UpstreamCall() {
  const bool reusable = complete_ && !aborted_ && !to_close_ && !surplus_ && head_.keep_alive;
  give_back_socket();
  if (reusable && socket_.is_open() && pool_.idle_.size() < max_kept)
    pool_.idle_.push_back(std::move(socket_));
}

void UpstreamCall::abort() {
  aborted_ = true;
  give_back_socket();
  boost::system::error_code ignored;
  socket_.close(ignored);
  stopped_.cancel();
}

void UpstreamCall::take_over_socket() {
  boost::system::error_code error;
  const auto protocol = socket_.local_endpoint(error).protocol();
  v6_ = protocol == tcp::v6();
  watch_.fd = socket_.release(error);
  watch_.on_readable = [this](bool closing) {
    closing_ = closing_ || closing;
    // Between two pumps the bytes wait in the socket: the next one begins with reading.
    if (after_read_ && drain()) stopped_.cancel();
  };
  if (watch_.fd >= 0) pool_.readiness_.add(watch_);
}

void UpstreamCall::give_back_socket() {
  if (watch_.fd < 0) return;
  pool_.readiness_.remove(watch_);
  boost::system::error_code error;
  socket_.assign(v6_ ? tcp::v6() : tcp::v4(), watch_.fd, error);
  if (error) ::close(watch_.fd);
  watch_.fd = -1;
}

UpstreamFailure UpstreamCall::failure(Kind kind, const std::string& what) const {
  if (aborted_) kind = Kind::aborted;
  return {kind, "the model server at " + pool_.url().authority() + " " + what};
}

bool UpstreamCall::take_kept() {
  while (!pool_.idle_.empty()) {
    socket_ = std::move(pool_.idle_.back());
    pool_.idle_.pop_back();
    char byte;
    const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  return false;
}

Task<std::expected<void, UpstreamFailure>> UpstreamCall::connect() {
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(pool_.url().host, error);
  std::vector<tcp::endpoint> endpoints;
  if (!error) {
    endpoints.emplace_back(address, pool_.url().port);
  } else {
    tcp::resolver resolver(pool_.io());
    const std::string port = std::to_string(pool_.url().port);
    const auto [failed, found] = co_await resolver.async_resolve(pool_.url().host, port, as_result);
    if (failed)
      co_return std::unexpected(failure(Kind::unreachable, "has no address: " + failed.message()));
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  if (aborted_) co_return std::unexpected(failure(Kind::aborted, "was left"));
  const auto give_up = [this] {
    boost::system::error_code ignored;
    socket_.close(ignored);
  };
  const Deadline deadline(pool_.io(), connect_deadline, give_up);
  const auto [failed, endpoint] = co_await asio::async_connect(socket_, endpoints, as_result);
  if (failed || !socket_.is_open()) {
    const bool late = failed == asio::error::operation_aborted;
    const std::string why = late ? "no connection within 5 s" : failed.message();
    co_return std::unexpected(failure(Kind::unreachable, "cannot be reached: " + why));
  }
  socket_.set_option(tcp::no_delay(true), error);
  socket_.native_non_blocking(true, error);
  co_return std::expected<void, UpstreamFailure>();
}

Task<std::expected<ResponseHead, UpstreamFailure>> UpstreamCall::start(UpstreamRequest request) {
  if (take_kept()) {
    Result result = co_await exchange(request, true);
    const bool stale = !result && !answered_ && !aborted_;
    if (!stale) co_return result;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  const auto connected = co_await connect();
  if (!connected) co_return std::unexpected(connected.error());
  co_return co_await exchange(request, false);
}

Task<std::expected<ResponseHead, UpstreamFailure>> UpstreamCall::exchange(UpstreamRequest& request,
                                                                          bool keep_request) {
  // Mostly the socket takes it all; Asio would send it in pieces, with a turn of its loop for each.
  auto& [head, body] = request;
  const size_t sent = send_now(socket_.native_handle(), head, body);
  if (sent < head.size() + body.size()) {
    const size_t of_body = sent - std::min(sent, head.size());
    const std::array<asio::const_buffer, 2> rest{asio::buffer(head) + sent,
                                                 asio::buffer(body) + of_body};
    const auto [unsent, count] = co_await asio::async_write(socket_, rest, as_result);
    // An answer may have come before all was taken: an error that says why.
    if (unsent && unsent != boost::system::errc::broken_pipe &&
        unsent != boost::system::errc::connection_reset)
      co_return std::unexpected(failure(Kind::broken, "broke off: " + unsent.message()));
  }
  // A thousand requests that wait for their first token need not lie in memory.
  if (!keep_request) request = {};
  std::string bytes;
  do {
    head_ = {};
    size_t length = 0;
    HeadState state = parse_head(bytes, head_, length);
    while (state == HeadState::incomplete) {
      const auto received = co_await receive_head();
      if (!received) co_return std::unexpected(received.error());
      if (received->empty())
        co_return std::unexpected(failure(Kind::broken, "closed the connection without an answer"));
      answered_ = true;
      bytes += *received;
      state = parse_head(bytes, head_, length);
    }
    if (state != HeadState::complete)
      co_return std::unexpected(failure(Kind::malformed, "sent an answer that is not HTTP"));
    bytes.erase(0, length);
  } while (head_.status < 200);  // informational: the answer itself follows
  early_ = std::move(bytes);
  const bool bodiless = head_.status == 204 || head_.status == 304;
  to_close_ = !bodiless && !head_.chunked && !head_.content_length;
  left_ = head_.content_length.value_or(0);
  complete_ = bodiless || (!head_.chunked && head_.content_length == 0U);
  co_return head_;
}

Task<std::expected<std::string_view, UpstreamFailure>> UpstreamCall::receive_head() {
  boost::system::error_code failed;
  co_await socket_.async_wait(tcp::socket::wait_read,
                              asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return std::unexpected(failure(Kind::broken, "broke off: " + failed.message()));
  const ssize_t count =
      ::recv(socket_.native_handle(), read_buffer.data(), read_buffer.size(), MSG_DONTWAIT);
  if (count < 0) co_return std::unexpected(failure(Kind::broken, broke_off(errno)));
  co_return std::string_view(read_buffer.data(), static_cast<size_t>(count));
}

// False when the bytes break the framing.
bool UpstreamCall::take(std::string_view bytes) {
  if (to_close_) {
    on_data_(bytes);
  } else if (head_.chunked) {
    surplus_ = decoder_.feed(bytes, on_data_) < bytes.size();
    complete_ = decoder_.complete();
    return !decoder_.failed();
  } else {
    const auto part = bytes.substr(0, std::min<uint64_t>(left_, bytes.size()));
    surplus_ = part.size() < bytes.size();
    left_ -= part.size();
    if (!part.empty()) on_data_(part);
    complete_ = left_ == 0;
  }
  return true;
}

bool UpstreamCall::drain() {
  while (true) {
    const ssize_t count = ::recv(watch_.fd, read_buffer.data(), read_buffer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count == 0 && to_close_) complete_ = true;
    if (count == 0 && !to_close_)
      failure_ = failure(Kind::broken, "closed the connection in the middle of an answer");
    if (count < 0) failure_ = failure(Kind::broken, broke_off(errno));
    if (count <= 0) return true;
    const auto size = static_cast<size_t>(count);
    if (!take({read_buffer.data(), size}))
      failure_ = failure(Kind::malformed, "sent a malformed chunk");
    if (!after_read_() || failure_ || complete_ || watch_.fd < 0) return true;
    // A short read has emptied the socket (epoll(7)), unless its end waits behind.
    if (size < read_buffer.size() && !closing_) return false;
  }
}

Task<std::expected<bool, UpstreamFailure>> UpstreamCall::pump(OnData on_data,
                                                              std::function<bool()> after_read) {
  if (complete_) co_return false;
  on_data_ = std::move(on_data);
  after_read_ = std::move(after_read);
  bool stop = false;
  if (!early_.empty()) {
    const std::string bytes = std::exchange(early_, {});
    if (!take(bytes)) failure_ = failure(Kind::malformed, "sent a malformed chunk");
    stop = !after_read_() || failure_ || complete_;
  }
  if (!stop && !aborted_) {
    if (watch_.fd < 0) take_over_socket();
    stop = drain();
  }
  if (!stop && !aborted_) {
    stopped_.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await stopped_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  on_data_ = nullptr;
  after_read_ = nullptr;
  if (aborted_) co_return std::unexpected(failure(Kind::aborted, "was left"));
  if (failure_) co_return std::unexpected(*failure_);
  co_return !complete_;
}

Task<std::expected<bool, UpstreamFailure>> UpstreamCall::read(OnData on_data) {
  const auto once = [] { return false; };
  co_return co_await pump(std::move(on_data), once);
}

Task<std::expected<HttpReply, UpstreamFailure>> fetch(UpstreamPool& pool, std::string method,
                                                      std::string path, std::string body,
                                                      std::chrono::milliseconds deadline) {
  UpstreamCall call(pool);
  const auto give_up = [&call] { call.abort(); };
  const Deadline limit(pool.io(), deadline, give_up);
  std::string request_head = pool.request_head(method, path, body.size());
  UpstreamRequest request{std::move(request_head), std::move(body)};
  const auto head = co_await call.start(std::move(request));
  if (!head) co_return std::unexpected(head.error());
  HttpReply reply{head->status, {}};
  const auto append = [&reply](std::string_view data) { reply.body += data; };
  while (reply.body.size() < max_reply) {
    const auto more = co_await call.read(append);
    if (!more) co_return std::unexpected(more.error());
    if (!*more) break;
  }
  co_return reply;
}

}  // namespace net
