// An Anthropic Messages request becomes a Chat Completions request. Pure. The rules are those of
// docs/anthropic-mapping.md; above all, equal history gives equal bytes from turn to turn.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/anthropic/error.h"
#include "protocol/anthropic/request.h"
#include "translate/profile.h"

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
  std::string options;     // `,"tool_choice":…,"stop":[…],…`: sampling and the rest, without
                           // max_tokens, model and stream
  int64_t max_tokens = 0;  // as the client asked; 0: it wants only the prompt cached
  // For the answer:
  bool one_tool_call = false;  // disable_parallel_tool_use
  bool thinking_disabled = false;
  std::string notice;  // not empty: answer with this text and ask no model (e.g. a server tool that
                       // is not available here)
};

// Extracted texts of PDF documents by their base64 data's view (see pdf_documents).
using DocumentTexts = std::map<std::string_view, std::string>;

// The base64 data of every PDF in the request, for extraction before to_chat.
std::vector<std::string_view> pdf_documents(const anthropic::Request& request);

// Errors are about the request: type invalid_request_error and the JSON path in the message.
std::expected<ChatCall, anthropic::Error> to_chat(const anthropic::Request& request,
                                                  const ModelProfile& profile,
                                                  const DocumentTexts& documents = {});

}  // namespace translate
