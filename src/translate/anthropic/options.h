// How the model is to answer: thinking, tool choice, stops, format, sampling.
#pragma once

#include <expected>
#include <string>

#include "protocol/anthropic/request.h"
#include "protocol/chat/error.h"
#include "translate/anthropic/request.h"
#include "translate/anthropic/tools.h"
#include "translate/profile.h"

namespace translate::from_anthropic {

// Appends `,"chat_template_kwargs":{…}` to call.prompt where the template is to be told something.
// What stands there can change the prompt's beginning: it follows the request's kind, not its turn.
void append_template_options(ChatCall& call, const anthropic::Request& request,
                             const ModelProfile& profile);

// Fills call.options and what the answer's translator must know.
std::expected<void, chat::Error> append_options(ChatCall& call, const anthropic::Request& request,
                                                const ModelProfile& profile, const ToolList& tools);

}  // namespace translate::from_anthropic
