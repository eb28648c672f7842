// A Chat Completions request in pieces: what is rendered into the prompt, and the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace translate {

// A stretch of ChatCall::prompt that stays as it is from turn to turn: the tools, then each
// message.
struct PromptBlock {
  std::string_view name;  // "tools", "system", "user", …
  size_t begin;
  size_t end;
};

struct ChatCall {
  std::string prompt;  // `"messages":[…],"tools":[…],"chat_template_kwargs":{…}`: what is rendered
                       // into the prompt; goes to the tokenizer as well
  std::vector<PromptBlock> blocks;  // in prompt order (tools first, for they are rendered first)
  std::string options;  // `,"tool_choice":…,"stop":[…],…`: sampling and the rest, without
                        // max_tokens, model and stream
  std::optional<int64_t> max_tokens;  // as the client asked; 0: it wants only the prompt cached
  // For the answer:
  bool one_tool_call = false;  // disable_parallel_tool_use
  bool thinking_disabled = false;
  std::string notice;  // not empty: answer with this text and ask no model (e.g. a server tool that
                       // is not available here)
};

// Where nobody can count.
inline int64_t estimated_tokens(const ChatCall& call) {
  constexpr int64_t bytes_per_token = 4;
  return static_cast<int64_t>(call.prompt.size()) / bytes_per_token;
}

}  // namespace translate
