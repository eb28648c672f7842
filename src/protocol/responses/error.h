// Errors of the OpenAI Responses API: type, code, envelope, HTTP status. Codex acts on the codes
// and statuses: it tries most again, but never a 400.
#pragma once

#include <string>
#include <string_view>

#include "protocol/chat/error.h"

namespace responses {

int http_status(chat::ErrorKind kind);
// Of `response.failed`: which Codex tries again, unless it is invalid_prompt or
// context_length_exceeded.
std::string_view failure_code(chat::ErrorKind kind);

// {"error":{"message":…,"type":…,"param":null,"code":…}}
std::string encode_error(const chat::Error& error, std::string_view request_id);

}  // namespace responses
