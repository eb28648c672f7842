#include "gateway/model_request.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/strings.h"
#include "gateway/small_handlers.h"
#include "protocol/json/text.h"

namespace gateway {
namespace {

using chat::ErrorKind;
using net::Task;
using translate::Remedy;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

}  // namespace

ModelRequest::ModelRequest(Gateway& gateway, net::ClientConnection& client, Exchange& exchange)
    : gateway_(gateway), client_(client), exchange_(exchange) {
  ++gateway_.metrics.open_streams;
}

ModelRequest::~ModelRequest() {
  client_.unwatch();
  exchange_.stop_expecting();
  exchange_.on_abort = nullptr;
  --gateway_.metrics.open_streams;
}

Task<void> ModelRequest::run(std::string body) {
  record.request_id = exchange_.request_id();
  record.run_id = exchange_.head().get("x-autosre-run-id");
  const bool ready = co_await prepare(std::move(body));
  if (ready) co_await converse();
  if (record.run_id.empty()) record.run_id = record.session;
  finish_record();
}

int ModelRequest::priority(bool person_waits, bool is_agent) const {
  if (gateway_.options.trust_priority) {
    std::string_view text = exchange_.head().get("x-autosre-priority");
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto number = text.empty() ? std::nullopt : base::parse_number(text);
    if (number && *number <= 1000) return static_cast<int>(negative ? -*number : *number);
  }
  const bool aside = is_agent && gateway_.options.background_agents;
  return person_waits && !aside ? urgent_priority : side_priority;
}

std::optional<chat::Error> ModelRequest::too_busy() const {
  if (gateway_.draining) return chat::Error{ErrorKind::overloaded, "the proxy is shutting down", 5};
  if (gateway_.metrics.open_streams > gateway_.options.max_streams)
    return chat::Error{ErrorKind::overloaded, "too many requests", 1};
  return std::nullopt;
}

Task<bool> ModelRequest::prepare(std::string body) {
  if (auto decoded = decode(std::move(body)); !decoded) {
    co_await refuse(decoded.error());
    co_return false;
  }
  if (std::optional<chat::Error> busy = too_busy()) {
    co_await refuse(std::move(*busy));
    co_return false;
  }
  client_.watch([this] { exchange_.abort(Exchange::Abort::client_left); });
  // Everything from here on may take its time.
  if (record.stream) exchange_.expect_events([this](std::string& out) { append_ping(out); });
  const bool known = co_await gateway_.backend.ensure_known();
  if (!known) {
    chat::Error error = not_ready(gateway_.backend);
    co_await refuse(std::move(error));
    co_return false;
  }
  co_await gather();
  if (std::optional<chat::Error> fault = translate_request()) {
    co_await refuse(std::move(*fault));
    co_return false;
  }
  if (!call_.notice.empty()) {
    const RelayResult result =
        co_await answer_with_text(exchange_, make_options(), form(), call_.notice);
    record.stop_reason = result.stop_reason;
    co_return false;
  }
  guard_prefix();
  co_return co_await fit_window();
}

std::optional<chat::Error> ModelRequest::translate_request() {
  auto call = to_chat();
  if (!call) return std::move(call.error());
  call_ = std::move(*call);
  estimated_prompt_ = translate::estimated_tokens(call_);
  return std::nullopt;
}

void ModelRequest::guard_prefix() {
  const std::string key = conversation();
  if (key.empty()) return;
  const auto report = gateway_.prefix_guard.observe(key, call_);
  if (!report) return;
  record.prefix_share = report->share;
  if (!report->fell) return;
  ++gateway_.metrics.prefix_warnings;
  spdlog::warn("session {}: the prompt repeats only {:.0f} % of the last one; first change: {}",
               record.session, report->share * 100, report->changed);
}

// Claude Code asks for 32000 tokens of output, and for 128000 after a cut answer, whatever the
// window is. Where that may not fit, the engine's own tokenizer tells what does.
Task<bool> ModelRequest::fit_window() {
  max_tokens_.reset();
  if (!call_.max_tokens) co_return true;
  const int64_t asked = std::max<int64_t>(*call_.max_tokens, 1);
  max_tokens_ = asked;
  const int64_t window = gateway_.backend.profile().window;
  // A token is at least one byte (digits are, with some tokenizers).
  const auto at_most = static_cast<int64_t>(call_.prompt.size());
  if (window == 0 || at_most + asked <= window) co_return true;
  const std::optional<int64_t> tokens = co_await gateway_.backend.count_tokens(call_);
  if (!tokens) {
    max_tokens_.reset();
    co_return true;
  }
  record.input_tokens = *tokens;
  if (*tokens >= window) {
    chat::Error error = translate::prompt_too_long(*tokens, window);
    co_await refuse(std::move(error));
    co_return false;
  }
  max_tokens_ = std::min(asked, window - *tokens);
  co_return true;
}

net::UpstreamRequest ModelRequest::upstream_request() {
  const std::string begin = "{\"model\":" + json::quoted(gateway_.backend.profile().model) + ",";
  std::string body = std::move(call_.prompt);
  body += call_.options;
  if (max_tokens_) body += ",\"max_tokens\":" + std::to_string(*max_tokens_);
  if (gateway_.backend.takes_priority()) body += ",\"priority\":" + std::to_string(record.priority);
  body += R"(,"stream":true,"stream_options":{"include_usage":true}})";
  const size_t size = begin.size() + body.size();
  std::string head = gateway_.pool.request_head("POST", "/v1/chat/completions", size);
  return {.head = std::move(head) + begin, .body = std::move(body)};
}

translate::AnswerOptions ModelRequest::make_options() const {
  translate::AnswerOptions options = answer_options();
  options.start.input_tokens = record.input_tokens;
  options.one_tool_call = call_.one_tool_call;
  options.thinking_disabled = call_.thinking_disabled;
  options.thinking_prefilled = gateway_.options.thinking_prefilled;
  options.estimated_prompt = record.input_tokens > 0 ? record.input_tokens : estimated_prompt_;
  return options;
}

Task<void> ModelRequest::converse() {
  gateway_.admission.set_slots(gateway_.backend.slots(), gateway_.options.reserve);
  Admission::Place place(gateway_.admission, gateway_.io, record.priority);
  exchange_.on_abort = [&place] { place.give_up(); };
  const bool still_there = exchange_.aborted() == Exchange::Abort::none;
  const bool entered = still_there && co_await place.enter();
  if (!entered) {
    record.error = "aborted while waiting for a slot";
    co_return;
  }
  constexpr int attempts = 4;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const bool again = co_await attempt_once(attempt < attempts);
    exchange_.on_abort = nullptr;
    if (!again) co_return;
    if (std::optional<chat::Error> fault = translate_request()) {
      co_await refuse(std::move(*fault));
      co_return;
    }
  }
}

// True when the engine refused in a way that another form of the request may mend.
Task<bool> ModelRequest::attempt_once(bool may_repeat) {
  net::UpstreamCall call(gateway_.pool);
  exchange_.on_abort = [&call] { call.abort(); };
  net::UpstreamRequest request = upstream_request();
  const auto head = co_await call.start(std::move(request));
  exchange_.upstream_alive();
  if (!head) {
    co_await upstream_failed(head.error());
    co_return false;
  }
  if (head->status == 200) {
    gateway_.backend.succeeded();
    translate::AnswerOptions options = make_options();
    release();
    // Assigning an empty string would keep the old one's memory.
    std::ignore = std::exchange(call_, {});
    const RelayResult result = co_await relay(exchange_, call, *head, std::move(options), form());
    take_result(result);
    co_return false;
  }
  const auto problem = co_await read_error(call, *head);
  if (problem && may_repeat && gateway_.backend.learn(problem->remedy)) co_return true;
  if (problem) co_await refuse(problem->error);
  co_return false;
}

Task<std::optional<translate::UpstreamError>> ModelRequest::read_error(
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
    record.error = "the client left";
    co_return std::nullopt;
  }
  translate::UpstreamError problem =
      translate::read_upstream_error(head.status, body, gateway_.backend.profile().window);
  adapt(problem, head.status);
  const auto wait = base::parse_number(base::trim(head.get("retry-after")));
  if (wait) problem.error.retry_after = static_cast<int>(std::min<long long>(*wait, 3600));
  const std::string_view should_retry = head.get("x-should-retry");
  if (should_retry == "true" || should_retry == "false") problem.error.should_retry = should_retry;
  co_return problem;
}

Task<void> ModelRequest::upstream_failed(const net::UpstreamFailure& failure) {
  if (exchange_.aborted() == Exchange::Abort::client_left) {
    ++gateway_.metrics.client_aborts;
    record.error = "the client left";
    co_return;
  }
  ++gateway_.metrics.upstream_failures;
  gateway_.backend.failed(failure);
  const bool unreachable = failure.kind == net::UpstreamFailure::Kind::unreachable;
  chat::Error error{unreachable ? ErrorKind::overloaded : ErrorKind::server, failure.message,
                    unreachable ? 5 : 0};
  if (exchange_.aborted() == Exchange::Abort::upstream_idle)
    error = {ErrorKind::timeout, "the model server sent nothing for too long", 0};
  co_await refuse(std::move(error));
}

// As an HTTP error while the status is open, as an error event after.
Task<void> ModelRequest::refuse(chat::Error error) {
  record.error = error.message;
  if (!exchange_.events_begun()) {
    co_await exchange_.reply_error(std::move(error));
    co_return;
  }
  exchange_.open_chunk();
  form().sink.error(error);
  exchange_.close_chunk();
  co_await exchange_.end_events();
}

void ModelRequest::take_result(const RelayResult& result) {
  record.stop_reason = result.stop_reason;
  record.error = result.error;
  const chat::Usage& usage = result.usage;
  if (usage.prompt_tokens > 0) record.input_tokens = usage.prompt_tokens;
  record.cached_tokens = usage.cached_tokens;
  record.output_tokens = usage.completion_tokens;
  if (result.first_token != Clock::time_point{})
    record.ttft_ms = milliseconds(result.first_token - started_);
  if (result.client_left) {
    ++gateway_.metrics.client_aborts;
    record.error = "the client left";
  } else if (!result.error.empty()) {
    ++gateway_.metrics.upstream_failures;
  }
  if (!result.raw_tool_markup) return;
  ++gateway_.metrics.raw_tool_markup;
  spdlog::warn("request {}: a tool call came as plain text; check the engine's tool parser",
               record.request_id);
}

void ModelRequest::finish_record() {
  record.elapsed_ms = milliseconds(Clock::now() - started_);
  gateway_.metrics.add(record);
  gateway_.log.add(record);
}

}  // namespace gateway
