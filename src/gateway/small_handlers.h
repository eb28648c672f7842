// Everything but the messages themselves: models, health, metrics, token counts, the root.
#pragma once

#include <string>

#include "gateway/exchange.h"

namespace gateway {

net::Task<void> handle_count_tokens(Gateway& gateway, net::ClientConnection& client,
                                    Exchange& exchange, std::string body);
net::Task<void> handle_models(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                              std::string body);
net::Task<void> handle_model(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                             std::string body);
net::Task<void> handle_health(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                              std::string body);
net::Task<void> handle_metrics(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                               std::string body);
net::Task<void> handle_root(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                            std::string body);

// The texts of the request's PDF documents.
net::Task<translate::DocumentTexts> read_documents(Gateway& gateway,
                                                   const anthropic::Request& request);

// What to answer while no model can be asked: 529, so that the client tries again.
anthropic::Error not_ready(const Backend& backend);

}  // namespace gateway
