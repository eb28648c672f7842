#include "gateway/small_handlers.h"

#include <utility>

#include "protocol/json/text.h"

namespace gateway {
namespace {

using anthropic::ErrorType;
using net::Task;

constexpr std::string_view json_type = "application/json";
constexpr int try_again_after = 5;

std::string encode_model(const Backend& backend) {
  const translate::ModelProfile& profile = backend.profile();
  const std::string shown = profile.model.empty() ? "the local model" : profile.model;
  std::string model = R"({"type":"model","id":)" + json::quoted(backend.label());
  model += ",\"display_name\":" + json::quoted(shown);
  model += R"(,"created_at":"1970-01-01T00:00:00Z")";
  if (profile.window > 0) {
    const std::string window = std::to_string(profile.window);
    model += ",\"max_input_tokens\":" + window + ",\"context_window\":" + window;
  }
  return model + "}";
}

}  // namespace

Task<translate::DocumentTexts> read_documents(Gateway& gateway, const anthropic::Request& request) {
  translate::DocumentTexts texts;
  const std::vector<std::string_view> documents = translate::pdf_documents(request);
  for (const std::string_view data : documents) {
    std::string text = co_await gateway.pdfs.extract(data);
    texts[data] = std::move(text);
  }
  co_return texts;
}

anthropic::Error not_ready(const Backend& backend) {
  return {ErrorType::overloaded_error,
          backend.state() == BackendState::loading ? "the model is loading; try again"
                                                   : backend.detail(),
          try_again_after};
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
  constexpr int64_t bytes_per_token = 4;
  const auto size = static_cast<int64_t>(call->prompt.size());
  std::string answer =
      "{\"input_tokens\":" + std::to_string(tokens.value_or(size / bytes_per_token)) + "}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_models(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                         std::string) {
  const std::string id = json::quoted(gateway.backend.label());
  std::string answer = "{\"data\":[" + encode_model(gateway.backend) +
                       "],\"has_more\":false,\"first_id\":" + id + ",\"last_id\":" + id + "}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_model(Gateway& gateway, net::ClientConnection&, Exchange& exchange, std::string) {
  const std::string_view path = exchange.head().path();
  const std::string id(path.substr(path.rfind('/') + 1));
  if (id != gateway.backend.label()) {
    anthropic::Error error{ErrorType::not_found_error,
                           "model: " + id + " (served here: " + gateway.backend.label() + ")", 0};
    co_await exchange.reply_error(std::move(error));
    co_return;
  }
  std::string answer = encode_model(gateway.backend);
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_health(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                         std::string) {
  const Backend& backend = gateway.backend;
  std::string answer = R"({"status":"ok","backend":")";
  answer += name(backend.state());
  answer += "\",\"detail\":" + json::quoted(backend.detail());
  answer += ",\"upstream\":" + json::quoted("http://" + gateway.pool.url().authority());
  answer += ",\"model\":" + json::quoted(backend.profile().model);
  answer += ",\"label\":" + json::quoted(backend.label());
  answer += ",\"context_window\":" + std::to_string(backend.profile().window);
  answer += ",\"open_streams\":" + std::to_string(gateway.metrics.open_streams) + "}";
  co_await exchange.reply(200, json_type, std::move(answer));
}

Task<void> handle_metrics(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                          std::string) {
  gateway.metrics.waiting = gateway.admission.waiting();
  std::string text = gateway.metrics.render(gateway.log.dropped());
  co_await exchange.reply(200, "text/plain; version=0.0.4", std::move(text));
}

Task<void> handle_root(Gateway&, net::ClientConnection&, Exchange& exchange, std::string) {
  co_await exchange.reply(200, "text/plain", "autosre: Anthropic Messages proxy\n");
}

}  // namespace gateway
