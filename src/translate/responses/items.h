// The conversation as chat messages: the items of the Responses API (messages, reasoning, calls,
// outputs) become one message for each output and for each side's words.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json/document.h"
#include "translate/chat_writer.h"
#include "translate/responses/tool_names.h"

namespace translate::from_responses {

class Items {
 public:
  Items(ChatWriter& writer, const ModelProfile& profile, ToolNames& names, Texts& texts)
      : writer_(writer), profile_(profile), names_(names), texts_(texts) {}

  // The instructions and `more` to them, then the items, then `closing`, a last word of the user's.
  // Both are escaped, or empty.
  void write(json::Value instructions, std::string_view more, std::span<const json::Value> items,
             std::string_view closing);

 private:
  using List = std::span<const json::Value>;

  // The index of the first item that is no longer instruction.
  size_t leading_system(json::Value instructions, std::string_view more, List items);
  // Takes the run of the assistant's items at items[at] and returns the index after it.
  size_t assistant_run(List items, size_t at);
  void take_said(json::Value item, AssistantTurn& turn);
  void take_reasoning(json::Value item, AssistantTurn& turn);
  void take_call(json::Value item, AssistantTurn& turn);
  void write_outputs(List calls, const AssistantTurn& turn, List replies);
  void other(json::Value item);
  void message(json::Value item);
  Parts output_of(json::Value item);
  void read(json::Value content, Parts& parts);
  void read_part(json::Value part, Parts& parts);
  std::string_view text(json::Value string);
  bool is_claimed(json::Value item) const;

  ChatWriter& writer_;
  const ModelProfile& profile_;
  ToolNames& names_;
  Texts& texts_;
  std::vector<const char*> claimed_;  // where the outputs that are written stand
};

}  // namespace translate::from_responses
