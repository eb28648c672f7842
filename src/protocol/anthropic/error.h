// Errors of the Anthropic Messages API: the types, the envelope, the HTTP status of each.
#pragma once

#include <string>
#include <string_view>

#include "protocol/chat/error.h"

namespace anthropic {

std::string_view error_type(chat::ErrorKind kind);
int http_status(chat::ErrorKind kind);

// {"type":"error","error":{…},"request_id":…}
std::string encode_error(const chat::Error& error, std::string_view request_id);

}  // namespace anthropic
