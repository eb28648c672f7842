#include "mcp/http_exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/strings.h"
#include "mcp/http_rules.h"

namespace mcp {
namespace {

using net::Task;

constexpr std::string_view session_header = "mcp-session-id";
// A comment now and then keeps proxies and clients from giving up a quiet stream.
constexpr std::chrono::seconds keep_alive_every{15};

constexpr std::string_view events_head =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
    "x-accel-buffering: no\r\ntransfer-encoding: chunked\r\n\r\n";

std::string chunk_of(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw base::Error("cannot get random bytes");
  std::string id;
  for (const unsigned byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace

Task<bool> HttpExchange::answer() {
  const std::string_view path = head_.path();
  if (comes_from_a_page(head_)) {
    keep_alive_ = false;
    co_await refuse(403, jsonrpc::invalid_request, "requests from web pages are not answered");
  } else if (path != "/mcp" && path != "/") {
    keep_alive_ = false;
    co_await refuse(404, jsonrpc::invalid_request, "the only endpoint is /mcp");
  } else if (head_.method == "POST") {
    co_await post();
  } else if (head_.method == "DELETE") {
    co_await remove();
  } else {
    keep_alive_ = false;
    std::string allow = "allow: POST, DELETE\r\n";
    co_await reply(405, {}, std::move(allow));
  }
  co_return keep_alive_ && !is_client_gone_;
}

Task<void> HttpExchange::refuse_head(net::ReadFailure failure) {
  keep_alive_ = false;
  const bool is_large = failure == net::ReadFailure::too_large;
  const int status = is_large ? 431 : failure == net::ReadFailure::timed_out ? 408 : 400;
  co_await refuse(status, jsonrpc::invalid_request, "the request's head cannot be used");
}

Task<void> HttpExchange::post() {
  const std::string_view type = head_.get("content-type");
  auto body = co_await client_.read_body(head_, max_message);
  if (!body) {
    keep_alive_ = false;
    const int status = body.error() == net::ReadFailure::too_large ? 413 : 400;
    co_await refuse(status, jsonrpc::invalid_request, "the body is too large, late or malformed");
    co_return;
  }
  if (!base::contains_ignoring_case(type, "application/json")) {
    co_await refuse(415, jsonrpc::invalid_request, "the content type must be application/json");
    co_return;
  }
  std::shared_ptr<Conversation> conversation;
  if (const std::string_view id = head_.get(session_header); !id.empty()) {
    const auto found = state_.sessions.find(id);
    if (found == state_.sessions.end()) {
      co_await refuse(404, jsonrpc::invalid_request, "there is no such session: initialize anew");
      co_return;
    }
    conversation = found->second;
    conversation->last_used = std::chrono::steady_clock::now();
  } else {
    conversation = std::make_shared<Conversation>(state_.io, state_.server);
  }
  Received received = conversation->session.receive(*body);
  body->clear();
  body->shrink_to_fit();
  co_await take(std::move(conversation), std::move(received));
}

Task<void> HttpExchange::take(std::shared_ptr<Conversation> conversation, Received received) {
  if (const auto fault = head_fault(head_, received)) {
    const int code = received.is_modern ? header_mismatch : jsonrpc::invalid_params;
    std::string body = jsonrpc::error(received.id, code, *fault);
    co_await reply(400, std::move(body));
    co_return;
  }
  if (!is_known_version(head_.get("mcp-protocol-version")) && !received.is_modern) {
    co_await refuse(400, jsonrpc::invalid_request, "this protocol version is not spoken here");
    co_return;
  }
  const bool has_session = !head_.get(session_header).empty();
  const bool needs_session = received.is_request && received.error == 0 && !received.is_modern;
  if (needs_session && !received.is_initialize && !has_session) {
    std::string body = jsonrpc::error(received.id, jsonrpc::invalid_request,
                                      "the header Mcp-Session-Id is missing: initialize first");
    co_await reply(400, std::move(body));
    co_return;
  }
  if (received.cancelled) conversation->calls.cancel(*received.cancelled);
  if (received.call || received.subscription) {
    co_await run(std::move(conversation), std::move(received));
    co_return;
  }
  std::string extra;
  if (received.is_initialize && !has_session) extra = open_session(conversation);
  const bool is_answered = !received.reply.empty();
  const int status = is_answered ? http_status(received) : 202;
  co_await reply(status, std::move(received.reply), std::move(extra));
}

std::string HttpExchange::open_session(const std::shared_ptr<Conversation>& conversation) {
  if (state_.sessions.size() >= most_sessions)
    state_.sessions.erase(std::ranges::min_element(
        state_.sessions, {}, [](const auto& row) { return row.second->last_used; }));
  const std::string id = random_id();
  state_.sessions.emplace(id, conversation);
  return fmt::format("{}: {}\r\n", session_header, id);
}

// A call goes on when its client hangs up, as 2025-11-25 wants it, unless the conversation was this
// request's alone.
Task<void> HttpExchange::run(std::shared_ptr<Conversation> conversation, Received received) {
  Stream stream(state_.io);
  const std::uint64_t number = received.call ? received.call->number : *received.subscription;
  if (!received.reply.empty()) stream.notices = event_of(received.reply);
  conversation->streams.emplace(number, &stream);
  client_.watch([this, &stream] {
    is_client_gone_ = true;
    stream.wake.now();
  });
  const bool is_modern = received.is_modern;
  if (received.call) conversation->calls.start(*std::move(received.call));
  co_await relay(stream);
  client_.unwatch();
  conversation->streams.erase(number);
  if (is_modern && !stream.is_over) {
    conversation->session.forget(number);
    conversation->calls.cancel(number);
  }
}

Task<void> HttpExchange::relay(Stream& stream) {
  bool is_begun = false;
  while (!is_client_gone_) {
    if (!stream.is_over && stream.notices.empty()) {
      const auto latest = std::chrono::steady_clock::now() + keep_alive_every;
      co_await stream.wake.wait(latest);
      const bool is_quiet = !stream.is_over && stream.notices.empty();
      if (is_quiet && std::chrono::steady_clock::now() >= latest) stream.notices = ": running\n\n";
      continue;
    }
    if (stream.is_over && !is_begun && stream.notices.empty()) {
      client_.unwatch();
      // Empty: the client has cancelled, and waits for nothing.
      const int status = stream.answer.empty() ? 202 : 200;
      co_await reply(status, std::move(stream.answer));
      co_return;
    }
    std::string out(std::exchange(is_begun, true) ? std::string_view() : events_head);
    std::string events = std::exchange(stream.notices, {});
    if (stream.is_over && !stream.answer.empty()) events += event_of(stream.answer);
    if (!events.empty()) out += chunk_of(events);
    const bool is_last = stream.is_over;
    if (is_last) out += "0\r\n\r\n";
    const bool is_sent = co_await send(std::move(out));
    if (!is_sent || is_last) co_return;
  }
}

Task<void> HttpExchange::remove() {
  const auto found = state_.sessions.find(head_.get(session_header));
  if (found == state_.sessions.end()) {
    co_await refuse(404, jsonrpc::invalid_request, "there is no such session");
    co_return;
  }
  found->second->calls.cancel_all();
  state_.sessions.erase(found);
  co_await reply(200, {});
}

Task<void> HttpExchange::refuse(int status, int code, std::string_view message) {
  std::string body = jsonrpc::error({}, code, message);
  co_await reply(status, std::move(body));
}

Task<void> HttpExchange::reply(int status, std::string body, std::string extra_headers) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", status, net::reason_phrase(status));
  if (!body.empty()) out += "content-type: application/json\r\n";
  if (!keep_alive_) out += "connection: close\r\n";
  out += extra_headers + fmt::format("content-length: {}\r\n\r\n", body.size()) + body;
  co_await send(std::move(out));
}

Task<bool> HttpExchange::send(std::string bytes) {
  co_return co_await client_.flush(bytes);
}

}  // namespace mcp
