// Fields of a chat request that every client protocol fills in: what templates are told, formats,
// numbers. All append to JSON under construction, each field with a comma before it.
#pragma once

#include <string>
#include <string_view>

#include "protocol/json/document.h"
#include "translate/chat_call.h"
#include "translate/profile.h"

namespace translate {

struct Thinking {
  bool off = false;
  std::string_view effort{};  // low, medium, high; empty: the client says nothing
};

// `chat_template_kwargs`, to call.prompt, where the template is to be told something. What stands
// there can change the prompt's beginning: it follows the request's kind, not its turn.
void append_template_options(ChatCall& call, const Thinking& thinking, const ModelProfile& profile);

// `reasoning_effort`, for profiles that read it.
void append_effort(std::string& out, const Thinking& thinking, const ModelProfile& profile);

// `tool_choice` for one function; its name is escaped.
void append_named_choice(std::string& out, std::string_view name, const ModelProfile& profile);

// `name` may be absent.
void append_json_schema(std::string& out, json::Value schema, json::Value name = {});

// Nothing for what is no number.
void append_number(std::string& out, std::string_view name, json::Value number);

}  // namespace translate
