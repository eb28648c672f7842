#include "gateway/responses_endpoints.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/strings.h"
#include "gateway/model_request.h"
#include "gateway/small_handlers.h"
#include "protocol/json/text.h"
#include "protocol/responses/catalog.h"
#include "protocol/responses/request.h"
#include "translate/responses/request.h"
#include "translate/responses/response_sink.h"

namespace gateway {
namespace {

using json::Value;
using net::Task;
using responses::RequestClass;

// What a response repeats of its request. The tools are left out: they are long, and the client has
// them.
std::string echo_of(Value root) {
  struct Field {
    std::string_view name;
    std::string_view otherwise;
  };
  constexpr std::array fields{Field{"max_output_tokens", "null"},
                              Field{"metadata", "{}"},
                              Field{"parallel_tool_calls", "true"},
                              Field{"previous_response_id", "null"},
                              Field{"reasoning", R"({"effort":null,"summary":null})"},
                              Field{"store", "true"},
                              Field{"temperature", "1.0"},
                              Field{"text", R"({"format":{"type":"text"}})"},
                              Field{"tool_choice", "\"auto\""},
                              Field{"top_p", "1.0"},
                              Field{"truncation", "\"disabled\""},
                              Field{"user", "null"}};
  std::string echo = R"("instructions":null,"tools":[],)";
  for (const Field& field : fields) {
    base::append(echo, "\"", field.name, "\":");
    if (const Value value = root[field.name]; value.given()) {
      json::append_compact(echo, value.raw());  // an event's data is one line
    } else {
      echo += field.otherwise;
    }
    echo += ',';
  }
  return echo;
}

bool wants_encrypted_reasoning(Value root) {
  for (const Value wanted : root["include"])
    if (wanted.equals("reasoning.encrypted_content")) return true;
  return false;
}

int64_t unix_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

class ResponsesRequest final : public ModelRequest {
 public:
  using ModelRequest::ModelRequest;

 private:
  std::expected<void, chat::Error> decode(std::string body) override;
  std::expected<translate::ChatCall, chat::Error> to_chat() override;
  translate::AnswerOptions answer_options() const override;
  AnswerForm form() override;
  void append_ping(std::string&) override { sink_->ping(); }
  std::string conversation() const override;
  void release() override;
  void adapt(translate::UpstreamError& problem, int status) const override;
  void keep(std::string_view output);

  std::expected<void, chat::Error> go_on_from(const std::string& previous);
  void describe();
  void warn_of_a_name();
  void share_tools();
  translate::ResponseHead make_head() const;

  responses::Request request_;
  std::string id_ = random_id("resp_");
  std::string model_;
  std::string history_;  // the request's items, when they are to be stored
  std::optional<translate::ResponseSink> sink_;
};

std::expected<void, chat::Error> ResponsesRequest::decode(std::string body) {
  // First, for a request that is refused is somebody's too.
  record.client = "codex";
  record.session = exchange().head().get("session-id");
  auto decoded = responses::decode_request(std::move(body));
  if (!decoded) return std::unexpected(decoded.error());
  request_ = std::move(*decoded);
  const Value previous = request_.root["previous_response_id"];
  if (previous.given())
    if (auto found = go_on_from(previous.string()); !found) return found;
  request_.request_class =
      responses::classify(request_, exchange().head().get("x-codex-turn-metadata"));
  model_ = request_.model.empty() ? gateway().label() : request_.model;
  const Value store = request_.root["store"];
  const bool stored = !store.given() || store.is_true();
  if (stored) history_ = responses::encode_items(request_);
  describe();
  warn_of_a_name();
  share_tools();
  sink_.emplace(make_head(), record.stream ? &answer_buffer() : nullptr);
  if (stored) sink_->on_completed = [this](std::string_view output) { keep(output); };
  return {};
}

std::expected<void, chat::Error> ResponsesRequest::go_on_from(const std::string& previous) {
  const std::string* items = gateway().responses.find(previous);
  if (items == nullptr) {
    chat::Error error{.kind = chat::ErrorKind::invalid_request,
                      .message = "previous_response_id: no response '" + previous +
                                 "' is kept here (any more); send the whole input"};
    error.code = "previous_response_not_found";
    error.param = "previous_response_id";
    return std::unexpected(std::move(error));
  }
  responses::prepend_items(request_, *items);
  return {};
}

void ResponsesRequest::describe() {
  const RequestClass kind = request_.request_class;
  record.model = model_;
  const bool agent = kind == RequestClass::agent;
  if (agent) record.agent = exchange().head().get("thread-id");
  record.request_class = responses::name(kind);
  record.priority = priority(kind != RequestClass::title, agent);
  record.stream = request_.stream;
  record.tools = request_.tools.size();
  record.messages = request_.items.size();
  if (gateway().options.log_prompts) record.prompt = request_.body->text;
}

// Codex takes a model for one of OpenAI's by the beginning of its name, and then sends its tools as
// an item of the conversation.
void ResponsesRequest::warn_of_a_name() {
  const auto brings_tools = [](Value item) { return item["type"].equals("additional_tools"); };
  if (gateway().warned_of_a_name || std::ranges::none_of(request_.items, brings_tools)) return;
  gateway().warned_of_a_name = true;
  spdlog::warn(
      "Codex takes {} for a model of OpenAI's, with that one's window and tools; "
      "name the model \"{}\"",
      json::quoted(model_.substr(0, 80)), gateway().label());
}

void ResponsesRequest::share_tools() {
  const std::string key = conversation();
  if (key.empty()) return;
  SessionTools& known = gateway().session_tools;
  if (request_.request_class != RequestClass::compaction) {
    if (request_.tools.size() > 0) known.remember(key, request_.tools.raw());
  } else if (const std::string* tools = known.find(key); tools && request_.tools.size() == 0) {
    responses::replace_tools(request_, *tools);
  }
}

translate::ResponseHead ResponsesRequest::make_head() const {
  return {.id = id_,
          .created_at = unix_time(),
          .model = model_,
          .echo = echo_of(request_.root),
          .encrypted_reasoning = wants_encrypted_reasoning(request_.root),
          .is_compaction = request_.is_compaction()};
}

std::expected<translate::ChatCall, chat::Error> ResponsesRequest::to_chat() {
  translate::ToolNames names;
  auto call = translate::to_chat(request_, gateway().backend.profile(), names);
  sink_->set_tools(std::move(names));
  return call;
}

translate::AnswerOptions ResponsesRequest::answer_options() const {
  translate::AnswerOptions options;
  options.start = {id_, model_, 0};
  options.call_prefix = "call_";
  options.whole_or_error = true;
  options.words_only = request_.request_class == RequestClass::compaction;
  return options;
}

AnswerForm ResponsesRequest::form() {
  return {.sink = *sink_, .body = record.stream ? nullptr : &*sink_};
}

// Codex counts its compactions in the window's id: a prompt that begins anew is none that fell.
std::string ResponsesRequest::conversation() const {
  if (record.request_class == "title") return {};
  const std::string_view window = exchange().head().get("x-codex-window-id");
  return std::string(window.empty() ? record.session : window);
}

void ResponsesRequest::release() {
  std::ignore = std::exchange(request_, {});
}

// Codex asks again for all but a 400; neither a model's name nor the proxy's credentials get better
// by that (case 64).
void ResponsesRequest::adapt(translate::UpstreamError& problem, int status) const {
  problem.error.message = problem.said;
  if (status == 401 || status == 403 || status == 404 || status == 413)
    problem.error.kind = chat::ErrorKind::invalid_request;
}

// Before the client has the last of the answer: it may go on from it at once.
void ResponsesRequest::keep(std::string_view output) {
  std::string items = std::move(history_);
  output.remove_prefix(1);
  items.pop_back();
  if (items.size() > 1 && output.size() > 1) items += ',';
  items += output;
  gateway().responses.put(id_, std::move(items));
}

responses::ServedModel served_model(const Gateway& gateway) {
  const translate::ModelProfile& profile = gateway.backend.profile();
  return {.label = gateway.label(),
          .name = profile.model.empty() ? "the local model" : profile.model,
          .window = profile.window,
          .vision = profile.vision};
}

}  // namespace

Task<void> handle_responses(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                            std::string body) {
  ResponsesRequest request(gateway, client, exchange);
  co_await request.run(std::move(body));
}

Task<void> refuse_websocket(Gateway&, net::ClientConnection&, Exchange& exchange, std::string) {
  if (!base::equals_ignoring_case(exchange.head().get("upgrade"), "websocket")) {
    chat::Error error{chat::ErrorKind::not_found, "no responses are listed here", 0};
    co_await exchange.reply_error(std::move(error));
    co_return;
  }
  std::string body =
      R"({"error":{"message":"no WebSocket here; use POST","type":"invalid_request_error",)"
      R"("param":null,"code":null}})";
  co_await exchange.reply(426, json_type, std::move(body), "upgrade: HTTP/1.1\r\n");
}

Task<void> handle_responses_models(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                                   std::string) {
  std::string answer = responses::encode_models(served_model(gateway));
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_ollama_version(Gateway&, net::ClientConnection&, Exchange& exchange,
                                 std::string) {
  co_await exchange.reply(200, json_type, R"({"version":"0.99.0"})");
}

Task<void> handle_ollama_tags(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                              std::string) {
  const std::string label = json::quoted(gateway.label());
  std::string answer = R"({"models":[{"name":)" + label + R"(,"model":)" + label + "}]}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_responses_model(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                                  std::string) {
  if (std::optional<chat::Error> error = other_model(gateway, exchange)) {
    co_await exchange.reply_error(std::move(*error));
    co_return;
  }
  std::string answer = responses::encode_model(served_model(gateway));
  co_await exchange.reply(200, json_type, std::move(answer));
}

}  // namespace gateway
