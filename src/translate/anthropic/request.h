// An Anthropic Messages request becomes a Chat Completions request. Pure. The rules are those of
// docs/anthropic-mapping.md; above all, equal history gives equal bytes from turn to turn.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/anthropic/request.h"
#include "protocol/chat/error.h"
#include "translate/chat_call.h"
#include "translate/profile.h"

namespace translate {

// Extracted texts of PDF documents by their base64 data's view (see pdf_documents).
using DocumentTexts = std::map<std::string_view, std::string>;

// The base64 data of every PDF in the request, for extraction before to_chat.
std::vector<std::string_view> pdf_documents(const anthropic::Request& request);

// Errors are about the request: type invalid_request_error and the JSON path in the message.
std::expected<ChatCall, chat::Error> to_chat(const anthropic::Request& request,
                                             const ModelProfile& profile,
                                             const DocumentTexts& documents = {});

}  // namespace translate
