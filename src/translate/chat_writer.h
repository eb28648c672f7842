// Writes the messages of a chat call in the form that the model's template accepts. What a message
// becomes depends on nothing that comes after the run of messages it stands in, so that a longer
// history keeps its beginning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translate/chat_call.h"
#include "translate/parts.h"
#include "translate/profile.h"

namespace translate {

// All escaped.
struct PastCall {
  std::string id;
  std::string_view name;
  std::string arguments;  // a JSON object's text
};

// What the assistant said and called at one time.
struct AssistantTurn {
  Parts text{};
  Parts reasoning{};
  std::vector<PastCall> calls{};
};

class ChatWriter {
 public:
  // Appends `"messages":[…]` to call.prompt and a block for each message.
  ChatWriter(ChatCall& call, const ModelProfile& profile, Texts& texts)
      : call_(call), out_(call.prompt), profile_(profile), texts_(texts) {}

  void begin() { out_ += R"("messages":[)"; }
  void end();
  bool empty() const { return call_.blocks.empty() && pending_.empty(); }

  // At the beginning of the prompt.
  void leading_system(const Parts& parts);
  // Kept where it is, or made a reminder in the user's turn; never moved to the front, which would
  // change the prompt from its beginning.
  void inner_system(std::string text);
  void user(const Parts& parts) { add_user(parts, false); }
  void assistant(const AssistantTurn& turn);
  // A call's result. Images cannot stand here: they wait for end_results().
  void tool(std::string_view call_id, Parts parts);
  // After a turn's results, which nothing may stand between.
  void end_results();

 private:
  void add_user(const Parts& parts, bool folded);
  void flush_user();
  void open(std::string_view role);
  void close();

  ChatCall& call_;
  std::string& out_;
  const ModelProfile& profile_;
  Texts& texts_;
  Parts pending_;  // of the user message in the making
  bool pending_folded_ = false;
  Parts images_;  // of tool results
};

}  // namespace translate
