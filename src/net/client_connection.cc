#include "net/client_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/strings.h"
#include "net/chunk_decoder.h"

namespace net {
namespace {

// All connections are read through this one buffer: its content is used up before anything else
// runs.
std::array<char, 64 << 10> read_buffer;
constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

void ClientConnection::set_deadline(Seconds wait) {
  deadline_ = std::chrono::steady_clock::now() + wait;
}

void ClientConnection::expire(SteadyTime now) {
  if (now < deadline_) return;
  clear_deadline();
  timed_out_ = true;
  // A head or body that is late may still be answered with what is wrong.
  if (flushing_ || idle_) {
    close();
  } else {
    socket_.cancel();
  }
}

void ClientConnection::close() {
  unwatch();
  socket_.close();
}

Task<std::string_view> ClientConnection::read_some(size_t most) {
  while (true) {
    const bool ready = co_await socket_.readable();
    if (!ready) co_return std::string_view();
    const ssize_t count = socket_.receive(read_buffer.data(), std::min(most, read_buffer.size()));
    if (count == -EAGAIN) continue;
    co_return std::string_view(read_buffer.data(),
                               static_cast<size_t>(std::max<ssize_t>(count, 0)));
  }
}

Task<std::expected<RequestHead, ReadFailure>> ClientConnection::read_head() {
  idle_ = inbox_.empty();
  set_deadline(idle_ ? timeouts_.idle : timeouts_.head);
  std::string_view bytes = inbox_;
  while (true) {
    // Blank lines before a request line are passed over (RFC 9112 §2.2).
    while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    RequestHead head;
    size_t length = 0;
    const HeadState state = parse_head(bytes, head, length);
    std::string(bytes.substr(state == HeadState::complete ? length : 0)).swap(inbox_);
    if (state == HeadState::complete) {
      idle_ = false;
      clear_deadline();
      co_return head;
    }
    if (state == HeadState::too_large) co_return std::unexpected(ReadFailure::too_large);
    if (state == HeadState::malformed) co_return std::unexpected(ReadFailure::malformed);
    const std::string_view more = co_await read_some(read_buffer.size());
    if (more.empty()) {
      const bool late = std::exchange(timed_out_, false) && !inbox_.empty();
      co_return std::unexpected(late ? ReadFailure::timed_out : ReadFailure::closed);
    }
    if (std::exchange(idle_, false)) set_deadline(timeouts_.head);
    if (!inbox_.empty()) inbox_ += more;
    bytes = inbox_.empty() ? more : inbox_;
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
  std::string body;
  if (inbox_.size() <= size) {
    body = std::exchange(inbox_, {});
  } else {
    body = inbox_.substr(0, size);
    inbox_.erase(0, size);
  }
  // What a head promises takes no memory before it comes.
  body.reserve(std::min<uint64_t>(size, 1u << 20));
  while (body.size() < size) {
    set_deadline(timeouts_.body);
    const std::string_view more = co_await read_some(size - body.size());
    if (more.empty()) co_return std::unexpected(body_failure());
    body += more;
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
    const std::string_view more = co_await read_some(read_buffer.size());
    if (more.empty()) co_return std::unexpected(body_failure());
    inbox_ += more;
  }
  clear_deadline();
  co_return body;
}

ReadFailure ClientConnection::body_failure() {
  return std::exchange(timed_out_, false) ? ReadFailure::timed_out : ReadFailure::closed;
}

bool ClientConnection::try_send(std::string& out) {
  if (flushing_ || !socket_.is_open()) return false;
  return send_some(out) && out.empty();
}

// False when the client is gone.
bool ClientConnection::send_some(std::string& out) {
  std::string_view left = out;
  const int error = socket_.send(left);
  out.erase(0, out.size() - left.size());
  return error == 0;
}

Task<bool> ClientConnection::flush(std::string& out) {
  flushing_ = true;
  if (socket_.in_batch()) co_await socket_.batch_end();
  bool alive = socket_.is_open() && send_some(out);
  while (alive && !out.empty()) {
    set_deadline(timeouts_.write);
    alive = co_await socket_.writable();
    alive = alive && send_some(out);
  }
  flushing_ = false;
  clear_deadline();
  co_return alive;
}

void ClientConnection::watch(std::function<void()> on_gone) {
  if (socket_.has_hung_up()) return on_gone();
  socket_.on_hang_up = std::move(on_gone);
}

}  // namespace net
