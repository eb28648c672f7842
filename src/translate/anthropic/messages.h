// The conversation as chat messages: Anthropic's turns, in which results, text and calls are
// blocks, become one message for each result and for each side's words.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "protocol/json/document.h"
#include "translate/anthropic/content.h"
#include "translate/anthropic/request.h"
#include "translate/chat_writer.h"

namespace translate::from_anthropic {

class Conversation {
 public:
  Conversation(ChatWriter& writer, Content& content, Texts& texts)
      : writer_(writer), content_(content), texts_(texts) {}

  void write(json::Value system, json::Value messages);
  // Whether the model is to continue a message that the client began.
  bool ends_in_prefill() const { return prefill_; }

 private:
  using Messages = std::span<const json::Value>;
  struct Turn {  // one or more assistant messages
    AssistantTurn said;
    std::vector<json::Value> calls;
  };

  void leading_system(json::Value system);
  // Takes the run of assistant messages at messages[at] and returns the index after it.
  size_t assistant_run(Messages messages, size_t at);
  void reply(Messages replies, const Turn& turn);
  void others(json::Value message);
  void inner_system(json::Value message);
  void user(json::Value message);

  void read_assistant(json::Value message, Turn& turn);
  Parts merge_results(std::span<const json::Value> results);
  Parts read_result(json::Value result);
  bool is_claimed(json::Value result) const;
  void orphan(json::Value block, Parts& parts);

  ChatWriter& writer_;
  Content& content_;
  Texts& texts_;
  std::vector<const char*> claimed_;  // where the results of this run that are written stand
  bool prefill_ = false;
};

}  // namespace translate::from_anthropic
