// The endpoints of the Anthropic Messages API.
#pragma once

#include <string>

#include "gateway/exchange.h"

namespace gateway {

net::Task<void> handle_messages(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                                std::string body);
net::Task<void> handle_count_tokens(Gateway& gateway, net::ClientConnection& client,
                                    Exchange& exchange, std::string body);
net::Task<void> handle_messages_models(Gateway& gateway, net::ClientConnection& client,
                                       Exchange& exchange, std::string body);
net::Task<void> handle_messages_model(Gateway& gateway, net::ClientConnection& client,
                                      Exchange& exchange, std::string body);

}  // namespace gateway
