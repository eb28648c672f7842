#include "gateway/dialect.h"

#include <array>

#include "gateway/messages_endpoints.h"
#include "gateway/responses_endpoints.h"
#include "gateway/small_handlers.h"
#include "protocol/anthropic/error.h"
#include "protocol/responses/error.h"

namespace gateway {
namespace {

constexpr std::array anthropic_routes{
    Route{"POST", "/v1/messages", handle_messages, false},
    Route{"POST", "/v1/messages/count_tokens", handle_count_tokens, false},
    Route{"GET", "/v1/models", handle_messages_models, false},
    Route{"GET", "/v1/models/", handle_messages_model, false},
    Route{"GET", "/health", handle_health, true},
    Route{"GET", "/metrics", handle_metrics, true},
    Route{"GET", "/", handle_root, true},
    Route{"GET", "/api/hello", handle_root, true},
};

constexpr std::array responses_routes{
    Route{"POST", "/v1/responses", handle_responses, false},
    Route{"GET", "/v1/responses", refuse_websocket, false},
    Route{"GET", "/v1/models", handle_responses_models, false},
    Route{"GET", "/v1/models/", handle_responses_model, false},
    Route{"GET", "/api/version", handle_ollama_version, false},
    Route{"GET", "/api/tags", handle_ollama_tags, false},
    Route{"GET", "/health", handle_health, true},
    Route{"GET", "/metrics", handle_metrics, true},
    Route{"GET", "/", handle_root, true},
};

constexpr Dialect anthropic_dialect{
    .title = "Anthropic Messages",
    .label_prefix = "claude-local",  // Claude Code's catalog knows no such id: it believes the
                                     // window it is told
    .request_id_header = "request-id",
    .routes = anthropic_routes,
    .encode_error = anthropic::encode_error,
    .http_status = anthropic::http_status,
};

constexpr Dialect responses_dialect{
    .title = "OpenAI Responses",
    .label_prefix = "local",  // Codex' catalog matches by prefix: it knows none that begins so
    .request_id_header = "x-request-id",
    .routes = responses_routes,
    .encode_error = responses::encode_error,
    .http_status = responses::http_status,
};

}  // namespace

const Dialect& dialect_of(Protocol protocol) {
  return protocol == Protocol::responses ? responses_dialect : anthropic_dialect;
}

}  // namespace gateway
