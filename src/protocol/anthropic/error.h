// Errors of the Anthropic Messages API: the types, the envelope, the HTTP status of each.
#pragma once

#include <string>
#include <string_view>

namespace anthropic {

enum class ErrorType {
  invalid_request_error,
  authentication_error,
  permission_error,
  not_found_error,
  request_too_large,
  rate_limit_error,
  api_error,
  overloaded_error,
  timeout_error,
};

struct Error {
  ErrorType type = ErrorType::api_error;
  std::string message;
  int retry_after = 0;            // seconds, 0: none
  std::string should_retry = {};  // of the x-should-retry header, empty: none
};

std::string_view name(ErrorType type);
int http_status(ErrorType type);
// What an upstream's HTTP status means for the client. An upstream's 401 or 403 is the operator's
// matter, not the client's login.
ErrorType error_type(int upstream_status);

// {"type":"error","error":{…},"request_id":…}
std::string encode_error(const Error& error, std::string_view request_id);

}  // namespace anthropic
