#include "gateway/messages_endpoints.h"

#include <optional>
#include <tuple>
#include <utility>

#include "gateway/model_request.h"
#include "gateway/small_handlers.h"
#include "protocol/anthropic/request.h"
#include "protocol/anthropic/sink.h"
#include "protocol/json/text.h"
#include "translate/anthropic/request.h"

namespace gateway {
namespace {

using anthropic::RequestClass;
using net::Task;

// The texts of the request's PDF documents.
Task<translate::DocumentTexts> read_documents(Gateway& gateway, const anthropic::Request& request) {
  translate::DocumentTexts texts;
  const std::vector<std::string_view> documents = translate::pdf_documents(request);
  for (const std::string_view data : documents) {
    std::string text = co_await gateway.pdfs.extract(data);
    texts[data] = std::move(text);
  }
  co_return texts;
}

class MessagesRequest final : public ModelRequest {
 public:
  using ModelRequest::ModelRequest;

 private:
  std::expected<void, chat::Error> decode(std::string body) override;
  Task<void> gather() override;
  std::expected<translate::ChatCall, chat::Error> to_chat() override {
    return translate::to_chat(request_, gateway().backend.profile(), documents_);
  }
  translate::AnswerOptions answer_options() const override;
  AnswerForm form() override;
  void append_ping(std::string& out) override { out += anthropic::ping_event; }
  std::string conversation() const override;
  void release() override;
  void describe();

  anthropic::Request request_;
  std::string model_;
  bool discard_output_ = false;
  translate::DocumentTexts documents_;
  anthropic::EventSink events_{answer_buffer()};
  anthropic::MessageSink message_;
};

std::expected<void, chat::Error> MessagesRequest::decode(std::string body) {
  // First, for a request that is refused is somebody's too.
  record.client = "claude";
  record.session = exchange().head().get("x-claude-code-session-id");
  record.agent = exchange().head().get("x-claude-code-agent-id");
  auto decoded = anthropic::decode_request(std::move(body), anthropic::Endpoint::messages);
  if (!decoded) return std::unexpected(decoded.error());
  request_ = std::move(*decoded);
  model_ = request_.model;
  discard_output_ = request_.max_tokens == 0;
  describe();
  return {};
}

void MessagesRequest::describe() {
  record.model = request_.model;
  const RequestClass kind = anthropic::classify(request_);
  const bool agent = kind == RequestClass::main && !record.agent.empty();
  record.request_class = anthropic::name(agent ? RequestClass::agent : kind);
  record.priority = priority(kind == RequestClass::main, agent);
  record.stream = request_.stream;
  record.tools = request_.tools.size();
  record.messages = request_.messages.size();
  if (gateway().options.log_prompts) record.prompt = request_.body;
}

Task<void> MessagesRequest::gather() {
  documents_ = co_await read_documents(gateway(), request_);
}

translate::AnswerOptions MessagesRequest::answer_options() const {
  translate::AnswerOptions options;
  options.start = {random_id("msg_"), model_, 0};
  options.discard_output = discard_output_;
  return options;
}

std::string MessagesRequest::conversation() const {
  const bool grows = record.request_class == "main" || record.request_class == "agent";
  return grows && !record.session.empty() ? record.session + "/" + record.agent : std::string();
}

AnswerForm MessagesRequest::form() {
  if (record.stream) return {.sink = events_};
  return {.sink = message_, .body = &message_};
}

void MessagesRequest::release() {
  std::ignore = std::exchange(request_, {});
  documents_.clear();
}

std::string encode_model(const Gateway& gateway) {
  const translate::ModelProfile& profile = gateway.backend.profile();
  const std::string shown = profile.model.empty() ? "the local model" : profile.model;
  std::string model = R"({"type":"model","id":)" + json::quoted(gateway.label());
  model += ",\"display_name\":" + json::quoted(shown);
  model += R"(,"created_at":"1970-01-01T00:00:00Z")";
  if (profile.window > 0) {
    const std::string window = std::to_string(profile.window);
    model += ",\"max_input_tokens\":" + window + ",\"context_window\":" + window;
  }
  return model + "}";
}

}  // namespace

Task<void> handle_messages(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                           std::string body) {
  MessagesRequest request(gateway, client, exchange);
  co_await request.run(std::move(body));
}

Task<void> handle_count_tokens(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                               std::string body) {
  const auto request =
      anthropic::decode_request(std::move(body), anthropic::Endpoint::count_tokens);
  if (!request) {
    co_await exchange.reply_error(request.error());
    co_return;
  }
  co_await gateway.backend.ensure_known();
  const translate::DocumentTexts documents = co_await read_documents(gateway, *request);
  const auto call = translate::to_chat(*request, gateway.backend.profile(), documents);
  if (!call) {
    co_await exchange.reply_error(call.error());
    co_return;
  }
  const std::optional<int64_t> tokens = co_await gateway.backend.count_tokens(*call);
  // Without a tokenizer an estimate is better than inference requests, which the client would send.
  std::string answer =
      "{\"input_tokens\":" + std::to_string(tokens.value_or(translate::estimated_tokens(*call))) +
      "}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_messages_models(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                                  std::string) {
  const std::string id = json::quoted(gateway.label());
  std::string answer = "{\"data\":[" + encode_model(gateway) +
                       "],\"has_more\":false,\"first_id\":" + id + ",\"last_id\":" + id + "}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_messages_model(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                                 std::string) {
  if (std::optional<chat::Error> error = other_model(gateway, exchange)) {
    co_await exchange.reply_error(std::move(*error));
    co_return;
  }
  std::string answer = encode_model(gateway);
  co_await exchange.reply(200, json_type, std::move(answer));
}

}  // namespace gateway
