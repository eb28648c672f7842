// What went wrong with a request, in no client's words yet: each protocol has its own types, codes
// and HTTP statuses for these kinds.
#pragma once

#include <string>

namespace chat {

enum class ErrorKind {
  invalid_request,
  context_overflow,  // the prompt does not fit the model's window
  authentication,
  permission,
  not_found,
  too_large,
  rate_limit,
  server,
  overloaded,
  timeout,
};

struct Error {
  ErrorKind kind = ErrorKind::server;
  std::string message;
  int retry_after = 0;            // seconds, 0: none
  std::string should_retry = {};  // of the x-should-retry header, empty: none
  std::string code = {};          // a protocol's own word for it, empty: the kind's
  std::string param = {};         // the field at fault, where it is known
};

// What an upstream's HTTP status means for the client. An upstream's 401 or 403 is the operator's
// matter, not the client's login.
ErrorKind error_kind(int upstream_status);

}  // namespace chat
