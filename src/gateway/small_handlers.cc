#include "gateway/small_handlers.h"

#include <utility>

#include "protocol/json/text.h"

namespace gateway {
namespace {

using chat::ErrorKind;
using net::Task;

constexpr int try_again_after = 5;

}  // namespace

chat::Error not_ready(const Backend& backend) {
  return {ErrorKind::overloaded,
          backend.state() == BackendState::loading ? "the model is loading; try again"
                                                   : backend.detail(),
          try_again_after};
}

std::optional<chat::Error> other_model(const Gateway& gateway, const Exchange& exchange) {
  const std::string_view path = exchange.head().path();
  const std::string id(path.substr(path.rfind('/') + 1));
  if (id == gateway.label()) return std::nullopt;
  return chat::Error{ErrorKind::not_found,
                     "model: " + id + " (served here: " + gateway.label() + ")", 0};
}

Task<void> handle_health(Gateway& gateway, net::ClientConnection&, Exchange& exchange,
                         std::string) {
  const Backend& backend = gateway.backend;
  std::string answer = R"({"status":"ok","backend":")";
  answer += name(backend.state());
  answer += "\",\"detail\":" + json::quoted(backend.detail());
  answer += ",\"upstream\":" + json::quoted("http://" + gateway.pool.url().authority());
  answer += ",\"model\":" + json::quoted(backend.profile().model);
  answer += ",\"label\":" + json::quoted(gateway.label());
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

Task<void> handle_root(Gateway& gateway, net::ClientConnection&, Exchange& exchange, std::string) {
  std::string answer = "autosre: " + std::string(gateway.dialect.title) + " proxy\n";
  co_await exchange.reply(200, "text/plain", std::move(answer));
}

}  // namespace gateway
