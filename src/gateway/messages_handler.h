// POST /v1/messages: a request of Claude Code to the model server and its answer back.
#pragma once

#include <string>

#include "gateway/exchange.h"

namespace gateway {

net::Task<void> handle_messages(Gateway& gateway, net::ClientConnection& client, Exchange& exchange,
                                std::string body);

}  // namespace gateway
