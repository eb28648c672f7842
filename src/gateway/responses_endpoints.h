// The endpoints of the OpenAI Responses API, as Codex and the SDKs call them.
#pragma once

#include <string>

#include "gateway/exchange.h"

namespace gateway {

net::Task<void> handle_responses(Gateway& gateway, net::ClientConnection& client,
                                 Exchange& exchange, std::string body);
// GET: Codex asks for a WebSocket so; 426 sends it to POST at once.
net::Task<void> refuse_websocket(Gateway& gateway, net::ClientConnection& client,
                                 Exchange& exchange, std::string body);
// In the shape of OpenAI's list and of Codex' model catalog at once.
net::Task<void> handle_responses_models(Gateway& gateway, net::ClientConnection& client,
                                        Exchange& exchange, std::string body);
net::Task<void> handle_responses_model(Gateway& gateway, net::ClientConnection& client,
                                       Exchange& exchange, std::string body);
// What `codex --oss --local-provider ollama` asks first.
net::Task<void> handle_ollama_version(Gateway& gateway, net::ClientConnection& client,
                                      Exchange& exchange, std::string body);
net::Task<void> handle_ollama_tags(Gateway& gateway, net::ClientConnection& client,
                                   Exchange& exchange, std::string body);

}  // namespace gateway
