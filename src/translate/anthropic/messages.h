// The conversation as chat messages: Anthropic's turns, in which results, text and calls are
// blocks, become one message for each result and for each side's words. What a turn becomes depends
// on nothing that comes after the run of messages it stands in, so that a longer history keeps its
// beginning.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json/document.h"
#include "translate/anthropic/content.h"
#include "translate/anthropic/request.h"
#include "translate/profile.h"

namespace translate::from_anthropic {

class Conversation {
 public:
  // Appends `"messages":[…]` to call.prompt and a block for each message.
  Conversation(ChatCall& call, const ModelProfile& profile, Content& content)
      : call_(call), out_(call.prompt), profile_(profile), content_(content) {}

  void write(json::Value system, json::Value messages);
  // Whether the model is to continue a message that the client began.
  bool ends_in_prefill() const { return prefill_; }
  bool empty() const { return call_.blocks.empty(); }

 private:
  using Messages = std::span<const json::Value>;
  struct Turn {  // one or more assistant messages
    Parts text;
    Parts reasoning;
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
  void assistant(const Turn& turn);
  void tool_call(json::Value block, std::string_view suffix);
  void tool_result(json::Value call, std::string_view suffix, std::span<const json::Value> results,
                   Parts& images);
  void read_result(json::Value result, Parts& texts, Parts& images);
  bool is_claimed(json::Value result) const;
  void orphan(json::Value block, Parts& parts);
  void add_user(const Parts& parts, bool folded);
  void flush_user();

  void open(std::string_view role);
  void close();

  ChatCall& call_;
  std::string& out_;
  const ModelProfile& profile_;
  Content& content_;
  std::vector<const char*> claimed_;  // where the results of this run that are written stand
  Parts pending_;                     // of the user message in the making
  bool pending_folded_ = false;
  bool prefill_ = false;
};

}  // namespace translate::from_anthropic
