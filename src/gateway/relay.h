// Carries one answer from the model server to the client, chunk by chunk, through the translator.
#pragma once

#include <chrono>
#include <string>

#include "gateway/exchange.h"
#include "net/upstream.h"
#include "translate/answer.h"

namespace gateway {

struct RelayResult {
  std::string stop_reason;
  std::string error;
  chat::Usage usage;
  size_t tool_calls = 0;
  std::chrono::steady_clock::time_point first_token{};
  bool raw_tool_markup = false;
  bool client_left = false;
};

// Where an answer goes: events, or one body.
struct AnswerForm {
  chat::Sink& sink;
  const chat::BodySink* body = nullptr;  // the sink itself, unless it writes events
  bool is_events() const { return body == nullptr; }
};

// `head` is the model server's 200.
net::Task<RelayResult> relay(Exchange& exchange, net::UpstreamCall& call,
                             const net::ResponseHead& head, translate::AnswerOptions options,
                             AnswerForm form);

// A text that no model wrote, in the form of an answer.
net::Task<RelayResult> answer_with_text(Exchange& exchange, translate::AnswerOptions options,
                                        AnswerForm form, const std::string& text);

}  // namespace gateway
