// The proxy's endpoints: one table of method and path to handler.
#pragma once

#include "gateway/exchange.h"

namespace gateway {

// Answers one request whose head has come; reads its body where it has one.
net::Task<void> answer(Gateway& gateway, net::ClientConnection& client, Exchange& exchange);

}  // namespace gateway
