// What every proxy answers besides its protocol: health, metrics, the root.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/exchange.h"

namespace gateway {

constexpr std::string_view json_type = "application/json";

net::Task<void> handle_health(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                              std::string body);
net::Task<void> handle_metrics(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                               std::string body);
net::Task<void> handle_root(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                            std::string body);

// What to answer while no model can be asked, so that the client tries again.
chat::Error not_ready(const Backend& backend);

// For a path that ends in a model's name: the error, unless the model is the one served.
std::optional<chat::Error> other_model(const Gateway& gateway, const Exchange& exchange);

}  // namespace gateway
