// An OpenAI Responses request becomes a Chat Completions request. Pure. The rules are those of
// docs/responses-mapping.md; above all, equal history gives equal bytes from turn to turn.
#pragma once

#include <expected>

#include "protocol/chat/error.h"
#include "protocol/responses/request.h"
#include "translate/chat_call.h"
#include "translate/profile.h"
#include "translate/responses/tool_names.h"

namespace translate {

// Fills `names`, which the answer needs to find the client's tools again. Errors are about the
// request: invalid_request and the JSON path in the message.
std::expected<ChatCall, chat::Error> to_chat(const responses::Request& request,
                                             const ModelProfile& profile, ToolNames& names);

}  // namespace translate
