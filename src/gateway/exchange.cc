#include "gateway/exchange.h"

#include <array>
#include <span>

#include <sys/random.h>

#include "gateway/dialect.h"

namespace gateway {
namespace {

using net::Task;

// The size line is written once the chunk is known; leading zeros are part of the grammar.
constexpr std::string_view empty_size_line = "00000000\r\n";
constexpr std::string_view hex = "0123456789abcdef";
// What an answer's head and first events take, with no growing on the way.
constexpr size_t first_events = 4096;

}  // namespace

std::string random_id(std::string_view prefix) {
  // 256 bytes are the most that come whole and without failure once the system has booted.
  thread_local std::array<unsigned char, 256> pool{};
  thread_local std::span<const unsigned char> left;
  constexpr size_t length = 16;
  if (left.empty()) {
    if (getrandom(pool.data(), pool.size(), 0) < 0) std::abort();
    left = pool;
  }
  std::string id;
  id.reserve(prefix.size() + 2 * length);
  id += prefix;
  for (const unsigned byte : left.first(length)) {
    id += hex[byte >> 4];
    id += hex[byte & 15];
  }
  left = left.subspan(length);
  return id;
}

Exchange::Exchange(Gateway& gateway, net::ClientConnection& client, net::RequestHead head)
    : gateway_(gateway),
      client_(client),
      head_(std::move(head)),
      request_id_(random_id("req_")),
      keep_alive_(head_.keep_alive && !gateway.draining),
      started_(gateway.now),
      sent_(gateway.now),
      upstream_time_(gateway.now) {
  gateway_.exchanges.insert(this);
}

Exchange::~Exchange() {
  gateway_.exchanges.erase(this);
}

void Exchange::append_head(int status, std::string_view content_type,
                           std::string_view extra_headers) {
  out_ += "HTTP/1.1 " + std::to_string(status) + ' ';
  out_ += net::reason_phrase(status);
  out_ += "\r\ncontent-type: ";
  out_ += content_type;
  out_ += "\r\n";
  out_ += gateway_.dialect.request_id_header;
  out_ += ": " + request_id_ + "\r\n";
  out_ += extra_headers;
  if (!keep_alive_) out_ += "connection: close\r\n";
  if (keep_alive_ && head_.http10) out_ += "connection: keep-alive\r\n";
}

Task<void> Exchange::reply(int status, std::string_view content_type, std::string body,
                           std::string extra_headers) {
  replied_ = true;
  append_head(status, content_type, extra_headers);
  out_ += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  if (head_.method != "HEAD") out_ += body;
  co_await flush();
}

Task<void> Exchange::reply_error(chat::Error error) {
  std::string extra;
  if (error.retry_after > 0) extra = "retry-after: " + std::to_string(error.retry_after) + "\r\n";
  if (!error.should_retry.empty()) extra += "x-should-retry: " + error.should_retry + "\r\n";
  std::string body = gateway_.dialect.encode_error(error, request_id_);
  co_await reply(gateway_.dialect.http_status(error.kind), "application/json", std::move(body),
                 std::move(extra));
}

void Exchange::expect_events(std::function<void(std::string&)> append_ping) {
  append_ping_ = std::move(append_ping);
  expecting_ = true;
  sent_ = gateway_.now;
  upstream_time_ = gateway_.now;
}

void Exchange::begin_events() {
  if (begun_) return;
  begun_ = true;
  if (head_.http10) keep_alive_ = false;
  out_.reserve(first_events);
  append_head(200, "text/event-stream", "cache-control: no-cache\r\nx-accel-buffering: no\r\n");
  if (!head_.http10) out_ += "transfer-encoding: chunked\r\n";
  out_ += "\r\n";
}

std::string& Exchange::open_chunk() {
  if (!in_chunk_) {
    in_chunk_ = true;
    if (!head_.http10) out_ += empty_size_line;
    chunk_start_ = out_.size();
  }
  return out_;
}

void Exchange::close_chunk() {
  if (!in_chunk_) return;
  in_chunk_ = false;
  if (head_.http10) return;
  const size_t size = out_.size() - chunk_start_;
  const size_t line = chunk_start_ - empty_size_line.size();
  if (size == 0) {
    out_.resize(line);
    return;
  }
  for (size_t digit = 0, left = size; digit < 8; ++digit, left >>= 4)
    out_[line + 7 - digit] = hex[left & 15];
  out_ += "\r\n";
}

bool Exchange::send_now() {
  if (!out_.empty()) sent_ = gateway_.now;
  return client_.try_send(out_);
}

Task<bool> Exchange::flush() {
  if (!out_.empty()) sent_ = gateway_.now;
  return client_.flush(out_);
}

Task<void> Exchange::end_events() {
  expecting_ = false;
  if (!head_.http10) out_ += "0\r\n\r\n";
  const bool sent = co_await flush();
  if (!sent) abort(Abort::client_left);
}

void Exchange::abort(Abort reason) {
  if (aborted_ != Abort::none) return;
  aborted_ = reason;
  if (on_abort) on_abort();
}

void Exchange::tick() {
  if (!expecting_) return;
  if (gateway_.now - upstream_time_ > gateway_.options.upstream_idle) {
    abort(Abort::upstream_idle);
    return;
  }
  const bool head_due = !begun_ && gateway_.now - started_ >= gateway_.options.hold_head;
  const bool ping_due = begun_ && gateway_.now - sent_ >= gateway_.options.ping;
  if ((!head_due && !ping_due) || client_.is_flushing()) return;
  begin_events();
  append_ping_(open_chunk());
  close_chunk();
  send_now();
}

}  // namespace gateway
