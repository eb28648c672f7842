#include "gateway/messages_handler.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/strings.h"
#include "gateway/relay.h"
#include "gateway/small_handlers.h"
#include "protocol/json/text.h"

namespace gateway {
namespace {

using anthropic::ErrorType;
using anthropic::RequestClass;
using net::Task;
using translate::Remedy;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

// One request from its body to its end, step by step; each step answers the client itself when it
// cannot go on.
class MessagesHandler {
 public:
  MessagesHandler(Gateway& gateway, net::ClientConnection& client, Exchange& exchange)
      : gateway_(gateway), client_(client), exchange_(exchange) {
    ++gateway_.metrics.open_streams;
  }
  ~MessagesHandler() {
    client_.unwatch();
    exchange_.on_abort = nullptr;
    --gateway_.metrics.open_streams;
  }
  MessagesHandler(const MessagesHandler&) = delete;
  MessagesHandler& operator=(const MessagesHandler&) = delete;

  Task<void> run(std::string body) {
    const bool ready = co_await prepare(std::move(body));
    if (ready) co_await converse();
    finish_record();
  }

 private:
  Task<bool> prepare(std::string body);
  Task<bool> translate_request();
  Task<bool> fit_window();
  Task<void> converse();
  Task<bool> attempt_once(bool may_repeat);
  Task<std::optional<translate::UpstreamError>> read_error(net::UpstreamCall& call,
                                                           const net::ResponseHead& head);
  Task<void> upstream_failed(const net::UpstreamFailure& failure);
  Task<void> refuse(anthropic::Error error);
  void describe_request();
  void guard_prefix();
  int priority() const;
  std::string upstream_request() const;
  translate::StreamStart stream_start() const;
  void release_request();
  void take_result(const RelayResult& result);
  void finish_record();

  Gateway& gateway_;
  net::ClientConnection& client_;
  Exchange& exchange_;
  Clock::time_point started_ = Clock::now();
  anthropic::Request request_;
  translate::DocumentTexts documents_;
  translate::ChatCall call_;
  int64_t max_tokens_ = 0;  // what is asked of the engine; 0: as much as fits
  RequestRecord record_;
};

int MessagesHandler::priority() const {
  if (gateway_.options.trust_priority) {
    std::string_view text = exchange_.head().get("x-autosre-priority");
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto number = text.empty() ? std::nullopt : base::parse_number(text);
    if (number && *number <= 1000) return static_cast<int>(negative ? -*number : *number);
  }
  const RequestClass kind = anthropic::classify(request_);
  const bool person_waits = kind == RequestClass::main || kind == RequestClass::agent;
  return person_waits ? urgent_priority : side_priority;
}

void MessagesHandler::describe_request() {
  const net::RequestHead& head = exchange_.head();
  record_.client = "claude";
  record_.request_id = exchange_.request_id();
  record_.model = request_.model;
  record_.session = head.get("x-claude-code-session-id");
  record_.agent = head.get("x-claude-code-agent-id");
  record_.run_id = head.get("x-autosre-run-id");
  if (record_.run_id.empty()) record_.run_id = record_.session;
  const RequestClass kind = anthropic::classify(request_);
  const bool agent = kind == RequestClass::main && !record_.agent.empty();
  record_.request_class = anthropic::name(agent ? RequestClass::agent : kind);
  record_.priority = priority();
  record_.stream = request_.stream;
  record_.tools = request_.tools.size();
  record_.messages = request_.messages.size();
  if (gateway_.options.log_prompts) record_.prompt = request_.body;
}

Task<bool> MessagesHandler::prepare(std::string body) {
  auto decoded = anthropic::decode_request(std::move(body), anthropic::Endpoint::messages);
  if (!decoded) {
    co_await refuse(decoded.error());
    co_return false;
  }
  request_ = std::move(*decoded);
  describe_request();
  if (gateway_.draining || gateway_.metrics.open_streams > gateway_.options.max_streams) {
    anthropic::Error busy{ErrorType::overloaded_error,
                          gateway_.draining ? "the proxy is shutting down" : "too many requests",
                          gateway_.draining ? 5 : 1};
    co_await refuse(std::move(busy));
    co_return false;
  }
  client_.watch([this] { exchange_.abort(Exchange::Abort::client_left); });
  // Everything from here on may take its time.
  if (request_.stream) exchange_.expect_events();
  const bool known = co_await gateway_.backend.ensure_known();
  if (!known) {
    anthropic::Error error = not_ready(gateway_.backend);
    co_await refuse(std::move(error));
    co_return false;
  }
  documents_ = co_await read_documents(gateway_, request_);
  const bool translated = co_await translate_request();
  if (!translated) co_return false;
  if (!call_.notice.empty()) {
    const RelayResult result =
        co_await answer_with_text(exchange_, stream_start(), call_.notice, request_.stream);
    record_.stop_reason = result.stop_reason;
    co_return false;
  }
  guard_prefix();
  co_return co_await fit_window();
}

Task<bool> MessagesHandler::translate_request() {
  auto call = translate::to_chat(request_, gateway_.backend.profile(), documents_);
  if (!call) {
    co_await refuse(call.error());
    co_return false;
  }
  call_ = std::move(*call);
  co_return true;
}

void MessagesHandler::guard_prefix() {
  const bool conversation = record_.request_class == "main" || record_.request_class == "agent";
  if (!conversation || record_.session.empty()) return;
  const auto report = gateway_.prefix_guard.observe(record_.session + "/" + record_.agent, call_);
  if (!report) return;
  record_.prefix_share = report->share;
  if (!report->fell) return;
  ++gateway_.metrics.prefix_warnings;
  spdlog::warn("session {}: the prompt repeats only {:.0f} % of the last one; first change: {}",
               record_.session, report->share * 100, report->changed);
}

// Claude Code asks for 32000 tokens of output, and for 128000 after a cut answer, whatever the
// window is. Where that may not fit, the engine's own tokenizer tells what does.
Task<bool> MessagesHandler::fit_window() {
  max_tokens_ = std::max<int64_t>(call_.max_tokens, 1);
  const int64_t window = gateway_.backend.profile().window;
  // A token is at least one byte (digits are, with some tokenizers).
  const auto at_most = static_cast<int64_t>(call_.prompt.size());
  if (window == 0 || at_most + max_tokens_ <= window) co_return true;
  const std::optional<int64_t> tokens = co_await gateway_.backend.count_tokens(call_);
  if (!tokens) {
    max_tokens_ = 0;
    co_return true;
  }

  record_.input_tokens = *tokens;
  if (*tokens >= window) {
    anthropic::Error error = translate::prompt_too_long(*tokens, window);
    co_await refuse(std::move(error));
    co_return false;
  }
  max_tokens_ = std::min(max_tokens_, window - *tokens);
  co_return true;
}

std::string MessagesHandler::upstream_request() const {
  const std::string model = "{\"model\":" + json::quoted(gateway_.backend.profile().model) + ",";
  std::string rest;
  if (max_tokens_ > 0) rest += ",\"max_tokens\":" + std::to_string(max_tokens_);
  if (gateway_.backend.takes_priority())
    rest += ",\"priority\":" + std::to_string(record_.priority);
  rest += R"(,"stream":true,"stream_options":{"include_usage":true}})";
  const size_t size = model.size() + call_.prompt.size() + call_.options.size() + rest.size();
  std::string request = gateway_.pool.request_head("POST", "/v1/chat/completions", size);
  request.reserve(request.size() + size);
  request += model;
  request += call_.prompt;
  request += call_.options;
  request += rest;
  return request;
}

translate::StreamStart MessagesHandler::stream_start() const {
  translate::StreamStart start;
  start.message = {random_id("msg_"), request_.model, record_.input_tokens};
  start.one_tool_call = call_.one_tool_call;
  start.thinking_disabled = call_.thinking_disabled;
  start.thinking_prefilled = gateway_.options.thinking_prefilled;
  start.discard_output = request_.max_tokens == 0;
  return start;
}

Task<void> MessagesHandler::converse() {
  gateway_.admission.set_slots(gateway_.backend.slots(), gateway_.options.reserve);
  Admission::Place place(gateway_.admission, gateway_.io, record_.priority);
  exchange_.on_abort = [&place] { place.give_up(); };
  const bool still_there = exchange_.aborted() == Exchange::Abort::none;
  const bool entered = still_there && co_await place.enter();
  if (!entered) {
    record_.error = "aborted while waiting for a slot";
    co_return;
  }
  constexpr int attempts = 4;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const bool again = co_await attempt_once(attempt < attempts);
    exchange_.on_abort = nullptr;
    if (!again) co_return;
    const bool translated = co_await translate_request();
    if (!translated) co_return;
  }
}

// True when the engine refused in a way that another form of the request may mend.
Task<bool> MessagesHandler::attempt_once(bool may_repeat) {
  net::UpstreamCall call(gateway_.pool);
  exchange_.on_abort = [&call] { call.abort(); };
  std::string request = upstream_request();
  const auto head = co_await call.start(std::move(request));
  exchange_.upstream_alive();
  if (!head) {
    co_await upstream_failed(head.error());
    co_return false;
  }
  if (head->status == 200) {
    gateway_.backend.succeeded();
    translate::StreamStart start = stream_start();
    release_request();
    const RelayResult result =
        co_await relay(exchange_, call, *head, std::move(start), record_.stream);
    take_result(result);
    co_return false;
  }
  const auto problem = co_await read_error(call, *head);
  if (problem && may_repeat && gateway_.backend.learn(problem->remedy)) co_return true;
  if (problem) co_await refuse(problem->error);
  co_return false;
}

Task<std::optional<translate::UpstreamError>> MessagesHandler::read_error(
    net::UpstreamCall& call, const net::ResponseHead& head) {
  constexpr size_t longest = 64u << 10;
  std::string body;
  const auto on_data = [&body](std::string_view data) { body += data; };
  while (body.size() < longest) {
    const auto more = co_await call.read(on_data);
    if (!more || !*more) break;
  }
  if (exchange_.aborted() == Exchange::Abort::client_left) {
    ++gateway_.metrics.client_aborts;
    record_.error = "the client left";
    co_return std::nullopt;
  }
  translate::UpstreamError problem =
      translate::read_upstream_error(head.status, body, gateway_.backend.profile().window);
  const auto wait = base::parse_number(base::trim(head.get("retry-after")));
  if (wait) problem.error.retry_after = static_cast<int>(std::min<long long>(*wait, 3600));
  const std::string_view should_retry = head.get("x-should-retry");
  if (should_retry == "true" || should_retry == "false") problem.error.should_retry = should_retry;
  co_return problem;
}

Task<void> MessagesHandler::upstream_failed(const net::UpstreamFailure& failure) {
  if (exchange_.aborted() == Exchange::Abort::client_left) {
    ++gateway_.metrics.client_aborts;
    record_.error = "the client left";
    co_return;
  }
  ++gateway_.metrics.upstream_failures;
  gateway_.backend.failed(failure);
  const bool unreachable = failure.kind == net::UpstreamFailure::Kind::unreachable;
  anthropic::Error error{unreachable ? ErrorType::overloaded_error : ErrorType::api_error,
                         failure.message, unreachable ? 5 : 0};
  if (exchange_.aborted() == Exchange::Abort::upstream_idle)
    error = {ErrorType::timeout_error, "the model server sent nothing for too long", 0};
  co_await refuse(std::move(error));
}

// As an HTTP error while the status is open, as an error event after.
Task<void> MessagesHandler::refuse(anthropic::Error error) {
  record_.error = error.message;
  if (!exchange_.events_begun()) {
    co_await exchange_.reply_error(std::move(error));
    co_return;
  }
  anthropic::EventSink events(exchange_.open_chunk());
  events.error(error);
  exchange_.close_chunk();
  co_await exchange_.end_events();
}

// An open stream needs none of it. (Assigning an empty string would keep the old one's memory.)
void MessagesHandler::release_request() {
  std::ignore = std::exchange(request_, {});
  std::ignore = std::exchange(call_, {});
  documents_.clear();
}

void MessagesHandler::take_result(const RelayResult& result) {
  record_.stop_reason = result.stop_reason;
  record_.error = result.error;
  const anthropic::Usage& usage = result.usage;
  if (usage.input_tokens + usage.cache_read_input_tokens > 0)
    record_.input_tokens = usage.input_tokens + usage.cache_read_input_tokens;
  record_.cached_tokens = usage.cache_read_input_tokens;
  record_.output_tokens = usage.output_tokens;
  if (result.first_token != Clock::time_point{})
    record_.ttft_ms = milliseconds(result.first_token - started_);
  if (result.client_left) {
    ++gateway_.metrics.client_aborts;
    record_.error = "the client left";
  } else if (!result.error.empty()) {
    ++gateway_.metrics.upstream_failures;
  }
  if (!result.raw_tool_markup) return;
  ++gateway_.metrics.raw_tool_markup;
  spdlog::warn("request {}: a tool call came as plain text; check the engine's tool parser",
               record_.request_id);
}

void MessagesHandler::finish_record() {
  record_.elapsed_ms = milliseconds(Clock::now() - started_);
  gateway_.metrics.add(record_);
  gateway_.log.add(record_);
}

}  // namespace

Task<void> handle_messages(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                           std::string body) {
  MessagesHandler handler(gateway, client, exchange);
  co_await handler.run(std::move(body));
}

}  // namespace gateway
