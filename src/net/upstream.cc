#include "net/upstream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/deadline.h"

namespace net {
namespace {

using asio::ip::tcp;
using Kind = UpstreamFailure::Kind;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr size_t max_kept = 64;
constexpr size_t max_reply = 16u << 20;
constexpr std::chrono::seconds connect_deadline{5};

// Of a negative error number.
std::string broke_off(ssize_t error) {
  return "broke off: " + std::generic_category().message(static_cast<int>(-error));
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
  if (reusable && socket_ && socket_->is_open() && pool_.idle_.size() < max_kept)
    pool_.idle_.push_back(std::move(socket_));
}

void UpstreamCall::abort() {
  aborted_ = true;
  boost::system::error_code ignored;
  if (connecting_) connecting_->close(ignored);
  // Not destroyed: this may be its own callback.
  if (socket_) socket_->close();
}

UpstreamFailure UpstreamCall::failure(Kind kind, const std::string& what) const {
  if (aborted_) kind = Kind::aborted;
  return {kind, "the model server at " + pool_.url().authority() + " " + what};
}

bool UpstreamCall::take_kept() {
  while (!pool_.idle_.empty()) {
    socket_ = std::move(pool_.idle_.back());
    pool_.idle_.pop_back();
    if (socket_->is_quiet()) return true;
  }
  socket_.reset();
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
  connecting_.emplace(pool_.io());
  const auto give_up = [this] {
    boost::system::error_code ignored;
    connecting_->close(ignored);
  };
  const Deadline deadline(pool_.io(), connect_deadline, give_up);
  const auto [failed, endpoint] = co_await asio::async_connect(*connecting_, endpoints, as_result);
  if (failed || !connecting_->is_open()) {
    const bool late = failed == asio::error::operation_aborted;
    const std::string why = late ? "no connection within 5 s" : failed.message();
    co_return std::unexpected(failure(Kind::unreachable, "cannot be reached: " + why));
  }
  socket_ = std::make_unique<Socket>(pool_.io(), *std::exchange(connecting_, std::nullopt));
  co_return std::expected<void, UpstreamFailure>();
}

Task<std::expected<ResponseHead, UpstreamFailure>> UpstreamCall::start(UpstreamRequest request) {
  if (take_kept()) {
    Result result = co_await exchange(request, true);
    const bool stale = !result && !answered_ && !aborted_;
    if (!stale) co_return result;
    socket_.reset();
  }
  const auto connected = co_await connect();
  if (!connected) co_return std::unexpected(connected.error());
  co_return co_await exchange(request, false);
}

Task<std::expected<void, UpstreamFailure>> UpstreamCall::send(const UpstreamRequest& request) {
  if (socket_->in_batch()) co_await socket_->batch_end();
  std::string_view head = request.head;
  std::string_view body = request.body;
  while (socket_->is_open()) {
    const int error = socket_->send(head, body);
    // An answer may have come before all was taken: an error that says why.
    if (error == -EPIPE || error == -ECONNRESET) break;
    if (error < 0) co_return std::unexpected(failure(Kind::broken, broke_off(error)));
    if (head.empty() && body.empty()) break;
    co_await socket_->writable();
  }
  if (!socket_->is_open()) co_return std::unexpected(failure(Kind::broken, "broke off"));
  co_return std::expected<void, UpstreamFailure>();
}

Task<std::expected<ResponseHead, UpstreamFailure>> UpstreamCall::exchange(UpstreamRequest& request,
                                                                          bool keep_request) {
  const auto sent = co_await send(request);
  if (!sent) co_return std::unexpected(sent.error());
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
  ssize_t count = -EAGAIN;
  while (count == -EAGAIN) {
    const bool ready = co_await socket_->readable();
    if (!ready) co_return std::unexpected(failure(Kind::broken, "broke off"));
    count = socket_->receive(read_buffer.data(), read_buffer.size());
  }
  if (count < 0) co_return std::unexpected(failure(Kind::broken, broke_off(count)));
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

UpstreamCall::Received UpstreamCall::receive() {
  const ssize_t count = socket_->receive(read_buffer.data(), read_buffer.size());
  if (count == -EAGAIN) return Received::nothing;
  if (count == 0 && to_close_) complete_ = true;
  if (count == 0 && !to_close_)
    failure_ = failure(Kind::broken, "closed the connection in the middle of an answer");
  if (count < 0) failure_ = failure(Kind::broken, broke_off(count));
  if (count <= 0) return Received::end;
  if (!take({read_buffer.data(), static_cast<size_t>(count)}))
    failure_ = failure(Kind::malformed, "sent a malformed chunk");
  return Received::data;
}

bool UpstreamCall::pass_on(Received received) {
  if (received == Received::data) return !after_read_() || failure_ || complete_ || aborted_;
  return received == Received::end;
}

bool UpstreamCall::drain() {
  while (socket_->is_readable())
    if (pass_on(receive())) return true;
  return false;
}

Task<std::expected<bool, UpstreamFailure>> UpstreamCall::pump(OnData on_data,
                                                              std::function<bool()> after_read) {
  if (complete_) co_return false;
  on_data_ = std::move(on_data);
  after_read_ = std::move(after_read);
  bool stop = aborted_;
  if (!stop && !early_.empty()) {
    const std::string bytes = std::exchange(early_, {});
    if (!take(bytes)) failure_ = failure(Kind::malformed, "sent a malformed chunk");
    stop = pass_on(Received::data);
  }
  if (!stop && !drain()) {
    // Between two pumps the bytes wait in the socket: the next one begins with reading.
    const auto read = [this] {
      received_ = receive();
      return received_ != Received::nothing;
    };
    const auto go_on = [this] {
      if (pass_on(received_) || drain()) socket_->end_callbacks();
    };
    co_await socket_->call_back(read, go_on);
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
