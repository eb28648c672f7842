#include "gateway/relay.h"

#include <utility>

#include "net/deadline.h"
#include "protocol/json/text.h"
#include "protocol/sse/parser.h"

namespace gateway {
namespace {

using anthropic::ErrorType;
using net::Task;

constexpr size_t max_plain_answer = 64u << 20;

// The translator between its source and its sink. Fed synchronously; the loops below do the
// waiting.
class Translation {
 public:
  Translation(Exchange& exchange, translate::StreamStart start, bool as_events)
      : exchange_(exchange),
        as_events_(as_events),
        events_(exchange.open_chunk()),
        stream_(as_events ? static_cast<anthropic::Sink&>(events_) : message_, std::move(start)) {
    exchange_.close_chunk();
  }

  translate::AnthropicStream& stream() { return stream_; }
  const anthropic::MessageSink& message() const { return message_; }

  // Server-sent events of the model server.
  void feed(std::string_view bytes) {
    const auto on_event = [this](const sse::Event& event) { return take(event.data); };
    if (!parser_.feed(bytes, on_event)) fail("sent an event that is too long");
  }

  // One event's data, or a whole plain answer.
  bool take(std::string_view data) {
    if (data == "[DONE]") {
      finish();
      return false;
    }
    open_chunk();
    if (!reader_.read(data, chunk_)) {
      fail("sent an event that is no chat completion");
      return false;
    }
    const bool token =
        !chunk_.content.empty() || !chunk_.reasoning.empty() || !chunk_.tools.empty();
    if (token && first_token_ == std::chrono::steady_clock::time_point{})
      first_token_ = std::chrono::steady_clock::now();
    if (chunk_.error) error_ = *chunk_.error;
    stream_.on(chunk_);
    return !stream_.ended();
  }

  void finish() {
    open_chunk();
    stream_.finish();
  }

  void fail(const std::string& what) {
    fail(anthropic::Error{ErrorType::api_error, "the model server " + what, 0});
  }
  void fail(const anthropic::Error& error) {
    if (stream_.ended()) return;
    error_ = error.message;
    open_chunk();
    stream_.fail(error);
  }

  RelayResult result() const {
    RelayResult result;
    result.stop_reason = stream_.stop_reason();
    result.error = error_;
    if (error_.empty() && result.stop_reason.empty()) result.error = "incomplete answer";
    result.usage = stream_.usage();
    result.tool_calls = stream_.tool_count();
    result.first_token = first_token_;
    result.raw_tool_markup = stream_.has_raw_tool_markup();
    return result;
  }

 private:
  void open_chunk() {
    if (as_events_) exchange_.open_chunk();
  }

  Exchange& exchange_;
  bool as_events_;
  anthropic::EventSink events_;
  anthropic::MessageSink message_;
  translate::AnthropicStream stream_;
  sse::Parser parser_;
  chat::ChunkReader reader_;
  chat::Chunk chunk_;
  std::string error_;
  std::chrono::steady_clock::time_point first_token_{};
};

anthropic::Error failure_of(const Exchange& exchange, const net::UpstreamFailure& failure) {
  if (exchange.aborted() == Exchange::Abort::upstream_idle)
    return {ErrorType::timeout_error, "the model server sent nothing for too long", 0};
  if (exchange.aborted() == Exchange::Abort::shutdown)
    return {ErrorType::overloaded_error, "the proxy is shutting down", 0};
  return {ErrorType::api_error, failure.message, 0};
}

// The end of the transfer coding, so that the connection can be kept. What does not come soon is
// not worth waiting for.
Task<void> read_rest(net::UpstreamCall& call) {
  const auto ignore = [](std::string_view) {};
  const auto give_up = [&call] { call.abort(); };
  const net::Deadline deadline(call.io(), std::chrono::seconds(1), give_up);
  while (true) {
    const auto more = co_await call.read(ignore);
    if (!more || !*more) co_return;
  }
}

Task<void> pump_events(Exchange& exchange, net::UpstreamCall& call, Translation& translation) {
  const auto on_data = [&](std::string_view data) { translation.feed(data); };
  const auto after_read = [&] {
    exchange.upstream_alive();
    exchange.close_chunk();
    return exchange.send_now() && !translation.stream().ended();
  };
  while (!translation.stream().ended()) {
    const auto more = co_await call.pump(on_data, after_read);
    if (exchange.aborted() == Exchange::Abort::client_left) co_return;
    if (!more) translation.fail(failure_of(exchange, more.error()));
    if (more && !*more) translation.finish();
    exchange.close_chunk();
    const bool sent = co_await exchange.flush();
    if (!sent) {
      exchange.abort(Exchange::Abort::client_left);
      co_return;
    }
  }
}

Task<void> collect(Exchange& exchange, net::UpstreamCall& call, Translation& translation,
                   bool plain) {
  std::string body;
  const auto on_data = [&](std::string_view data) {
    if (plain) {
      body += data;
    } else {
      translation.feed(data);
    }
  };
  while (!translation.stream().ended()) {
    const auto more = co_await call.read(on_data);
    exchange.upstream_alive();
    if (!more) translation.fail(failure_of(exchange, more.error()));
    if (body.size() > max_plain_answer) translation.fail("sent an answer that is too long");
    if (!more || *more) continue;
    // A server that ignores `stream` answers with the whole message.
    if (!plain || translation.take(body)) translation.finish();
  }
}

Task<RelayResult> send_message(Exchange& exchange, const Translation& translation) {
  const anthropic::Error* failure = translation.message().failure();
  if (failure != nullptr) {
    co_await exchange.reply_error(*failure);
  } else {
    co_await exchange.reply(200, "application/json", translation.message().body());
  }
  co_return translation.result();
}

}  // namespace

Task<RelayResult> relay(Exchange& exchange, net::UpstreamCall& call, const net::ResponseHead& head,
                        translate::StreamStart start, bool as_events) {
  if (as_events) exchange.begin_events();
  Translation translation(exchange, std::move(start), as_events);
  const bool plain = head.get("content-type").starts_with("application/json");
  if (as_events) exchange.send_now();
  if (plain || !as_events) {
    co_await collect(exchange, call, translation, plain);
  } else {
    co_await pump_events(exchange, call, translation);
  }
  if (exchange.aborted() == Exchange::Abort::client_left) {
    call.abort();
    RelayResult result = translation.result();
    result.client_left = true;
    co_return result;
  }
  RelayResult result = translation.result();
  if (as_events) {
    exchange.close_chunk();
    co_await exchange.end_events();
  } else {
    co_await send_message(exchange, translation);
  }
  // A client that leaves now has had its answer: no reason to drop the connection.
  exchange.on_abort = nullptr;
  if (result.error.empty()) co_await read_rest(call);
  co_return result;
}

Task<RelayResult> answer_with_text(Exchange& exchange, translate::StreamStart start,
                                   const std::string& text, bool as_events) {
  if (as_events) exchange.begin_events();
  Translation translation(exchange, std::move(start), as_events);
  const std::string answer = R"({"choices":[{"message":{"content":)" + json::quoted(text) +
                             R"(},"finish_reason":"stop"}]})";
  translation.take(answer);
  translation.finish();
  if (!as_events) co_return co_await send_message(exchange, translation);
  exchange.close_chunk();
  co_await exchange.end_events();
  co_return translation.result();
}

}  // namespace gateway
