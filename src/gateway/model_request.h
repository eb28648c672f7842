// One request to the model from its body to its end, in any protocol; each step answers the client
// itself when it cannot go on.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "gateway/exchange.h"
#include "gateway/relay.h"
#include "protocol/chat/sink.h"
#include "translate/answer.h"
#include "translate/chat_call.h"
#include "translate/upstream_error.h"

namespace gateway {

class ModelRequest {
 public:
  ModelRequest(Gateway& gateway, net::ClientConnection& client, Exchange& exchange);
  virtual ~ModelRequest();
  ModelRequest(const ModelRequest&) = delete;
  ModelRequest& operator=(const ModelRequest&) = delete;

  net::Task<void> run(std::string body);

 protected:
  // Checks the body's shape; fills in the record and makes the sinks.
  virtual std::expected<void, chat::Error> decode(std::string body) = 0;
  // What translating needs besides the request.
  virtual net::Task<void> gather() { co_return; }
  virtual std::expected<translate::ChatCall, chat::Error> to_chat() = 0;
  virtual translate::AnswerOptions answer_options() const = 0;
  // Exists from decode() on.
  virtual AnswerForm form() = 0;
  virtual void append_ping(std::string& out) = 0;
  // An open stream needs the request no more.
  virtual void release() = 0;
  // Names the conversation whose prompt only grows; empty: none, or it is not known.
  virtual std::string conversation() const = 0;
  // What the model server refused, in the client's terms.
  virtual void adapt(translate::UpstreamError&, int /*status*/) const {}

  Gateway& gateway() const { return gateway_; }
  const Exchange& exchange() const { return exchange_; }
  std::string& answer_buffer() { return exchange_.buffer(); }
  // `person_waits`: not a side call; agents are one when so set. A trusted client may say
  // otherwise.
  int priority(bool person_waits, bool is_agent) const;
  const translate::ChatCall& call() const { return call_; }

  RequestRecord record;

 private:
  net::Task<bool> prepare(std::string body);
  std::optional<chat::Error> translate_request();
  net::Task<bool> fit_window();
  net::Task<void> converse();
  net::Task<bool> attempt_once(bool may_repeat);
  net::Task<std::optional<translate::UpstreamError>> read_error(net::UpstreamCall& call,
                                                                const net::ResponseHead& head);
  net::Task<void> upstream_failed(const net::UpstreamFailure& failure);
  net::Task<void> refuse(chat::Error error);
  std::optional<chat::Error> too_busy() const;
  void guard_prefix();
  // Takes the prompt out of the call.
  net::UpstreamRequest upstream_request();
  translate::AnswerOptions make_options() const;
  void take_result(const RelayResult& result);
  void finish_record();

  Gateway& gateway_;
  net::ClientConnection& client_;
  Exchange& exchange_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  translate::ChatCall call_;
  std::optional<int64_t> max_tokens_;  // what is asked of the engine; none: as much as fits
  int64_t estimated_prompt_ = 0;       // tokens
};

}  // namespace gateway
