#include "gateway/relay.h"

#include <utility>

#include "net/deadline.h"
#include "protocol/json/text.h"
#include "protocol/sse/parser.h"

namespace gateway {
namespace {

using chat::ErrorKind;
using net::Task;

constexpr size_t max_plain_answer = 64u << 20;

// The translator between its source and its sink. Fed synchronously; the loops below do the
// waiting.
class Translation {
 public:
  // Calls the sink's start().
  Translation(Exchange& exchange, translate::AnswerOptions options, AnswerForm form)
      : exchange_(exchange), form_(form), stream_(form.sink, std::move(options)) {}

  translate::AnswerStream& stream() { return stream_; }

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
    if (data.empty() || data == "null") return true;  // some servers keep a line alive so
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

  // The bytes have ended, perhaps without the end of the last event.
  void end_of_stream() {
    open_chunk();
    const std::string last = parser_.last_data();
    if (reader_.read(last, chunk_)) stream_.on(chunk_);
    stream_.finish();
  }
  void finish() {
    open_chunk();
    stream_.finish();
  }

  void fail(const std::string& what) {
    fail(chat::Error{ErrorKind::server, "the model server " + what, 0});
  }
  void fail(const chat::Error& error) {
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
    if (form_.is_events()) exchange_.open_chunk();
  }

  Exchange& exchange_;
  AnswerForm form_;
  translate::AnswerStream stream_;
  sse::Parser parser_;
  chat::ChunkReader reader_;
  chat::Chunk chunk_;
  std::string error_;
  std::chrono::steady_clock::time_point first_token_{};
};

chat::Error failure_of(const Exchange& exchange, const net::UpstreamFailure& failure) {
  if (exchange.aborted() == Exchange::Abort::upstream_idle)
    return {ErrorKind::timeout, "the model server sent nothing for too long", 0};
  if (exchange.aborted() == Exchange::Abort::shutdown)
    return {ErrorKind::overloaded, "the proxy is shutting down", 0};
  return {ErrorKind::server, failure.message, 0};
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
    // The last events go out with the end of the coding.
    return !translation.stream().ended() && exchange.send_now();
  };
  while (true) {
    const auto more = co_await call.pump(on_data, after_read);
    if (exchange.aborted() == Exchange::Abort::client_left) co_return;
    if (!more) translation.fail(failure_of(exchange, more.error()));
    if (more && !*more) translation.end_of_stream();
    exchange.close_chunk();
    if (translation.stream().ended()) co_return;
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
    if (!plain) translation.end_of_stream();
    if (plain && translation.take(body)) translation.finish();
  }
}

Task<void> send_body(Exchange& exchange, const chat::BodySink& answer) {
  if (const chat::Error* failure = answer.failure()) {
    co_await exchange.reply_error(*failure);
  } else {
    co_await exchange.reply(200, "application/json", answer.body());
  }
}

// Begins the events, or nothing; the sink's start() goes into the first chunk.
void open_answer(Exchange& exchange, const AnswerForm& form) {
  if (!form.is_events()) return;
  exchange.begin_events();
  exchange.open_chunk();
}

Task<void> close_answer(Exchange& exchange, const AnswerForm& form) {
  if (form.body != nullptr) {
    co_await send_body(exchange, *form.body);
    co_return;
  }
  exchange.close_chunk();
  co_await exchange.end_events();
}

}  // namespace

Task<RelayResult> relay(Exchange& exchange, net::UpstreamCall& call, const net::ResponseHead& head,
                        translate::AnswerOptions options, AnswerForm form) {
  open_answer(exchange, form);
  Translation translation(exchange, std::move(options), form);
  exchange.close_chunk();
  const bool plain = head.get("content-type").starts_with("application/json");
  // With content that came with the head, the first events go out in one piece.
  if (form.is_events() && !call.has_data()) exchange.send_now();
  if (plain || !form.is_events()) {
    co_await collect(exchange, call, translation, plain);
  } else {
    co_await pump_events(exchange, call, translation);
  }
  if (exchange.aborted() != Exchange::Abort::client_left) co_await close_answer(exchange, form);
  RelayResult result = translation.result();
  if (exchange.aborted() == Exchange::Abort::client_left) {
    call.abort();
    result.client_left = true;
    co_return result;
  }
  // A client that leaves now has had its answer: no reason to drop the connection.
  exchange.on_abort = nullptr;
  if (result.error.empty() && !call.is_complete()) co_await read_rest(call);
  co_return result;
}

Task<RelayResult> answer_with_text(Exchange& exchange, translate::AnswerOptions options,
                                   AnswerForm form, const std::string& text) {
  open_answer(exchange, form);
  Translation translation(exchange, std::move(options), form);
  const std::string answer = R"({"choices":[{"message":{"content":)" + json::quoted(text) +
                             R"(},"finish_reason":"stop"}]})";
  translation.take(answer);
  translation.finish();
  co_await close_answer(exchange, form);
  co_return translation.result();
}

}  // namespace gateway
