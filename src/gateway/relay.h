// Carries one answer from the model server to the client, chunk by chunk, through the translator.
#pragma once

#include <chrono>
#include <string>

#include "gateway/exchange.h"
#include "net/upstream.h"
#include "translate/anthropic/stream.h"

namespace gateway {

struct RelayResult {
  std::string stop_reason;
  std::string error;
  anthropic::Usage usage;
  size_t tool_calls = 0;
  std::chrono::steady_clock::time_point first_token{};
  bool raw_tool_markup = false;
  bool client_left = false;
};

// `head` is the model server's 200. The answer goes out as events, or as one JSON message.
net::Task<RelayResult> relay(Exchange& exchange, net::UpstreamCall& call,
                             const net::ResponseHead& head, translate::StreamStart start,
                             bool as_events);

// A text that no model wrote, in the form of an answer.
net::Task<RelayResult> answer_with_text(Exchange& exchange, translate::StreamStart start,
                                        const std::string& text, bool as_events);

}  // namespace gateway
