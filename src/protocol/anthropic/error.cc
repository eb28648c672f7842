#include "protocol/anthropic/error.h"

#include "protocol/json/text.h"

namespace anthropic {

using chat::ErrorKind;

std::string_view error_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::context_overflow:
      return "invalid_request_error";
    case ErrorKind::authentication:
      return "authentication_error";
    case ErrorKind::permission:
      return "permission_error";
    case ErrorKind::not_found:
      return "not_found_error";
    case ErrorKind::too_large:
      return "request_too_large";
    case ErrorKind::rate_limit:
      return "rate_limit_error";
    case ErrorKind::server:
      return "api_error";
    case ErrorKind::overloaded:
      return "overloaded_error";
    case ErrorKind::timeout:
      return "timeout_error";
  }
  return "api_error";
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::context_overflow:
      return 400;
    case ErrorKind::authentication:
      return 401;
    case ErrorKind::permission:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::rate_limit:
      return 429;
    case ErrorKind::server:
      return 500;
    case ErrorKind::overloaded:
      return 529;
    case ErrorKind::timeout:
      return 504;
  }
  return 500;
}

std::string encode_error(const chat::Error& error, std::string_view request_id) {
  std::string body = R"({"type":"error","error":{"type":")";
  body += error_type(error.kind);
  body += R"(","message":")";
  json::append_escaped(body, error.message);
  body += R"("},"request_id":")";
  json::append_escaped(body, request_id);
  body += "\"}";
  return body;
}

}  // namespace anthropic
