#include "protocol/responses/error.h"

#include "protocol/json/text.h"

namespace responses {
namespace {

using chat::ErrorKind;

std::string_view error_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::context_overflow:
    case ErrorKind::not_found:
    case ErrorKind::too_large:
      return "invalid_request_error";
    case ErrorKind::authentication:
      return "authentication_error";
    case ErrorKind::permission:
      return "permission_error";
    case ErrorKind::rate_limit:
      return "rate_limit_error";
    case ErrorKind::server:
    case ErrorKind::overloaded:
    case ErrorKind::timeout:
      return "server_error";
  }
  return "server_error";
}

// Empty: none.
std::string_view error_code(const chat::Error& error) {
  if (!error.code.empty()) return error.code;
  if (error.kind == ErrorKind::context_overflow) return "context_length_exceeded";
  if (error.kind == ErrorKind::authentication) return "invalid_api_key";
  if (error.kind == ErrorKind::rate_limit) return "rate_limit_exceeded";
  return {};
}

}  // namespace

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
      return 502;  // for a 500 Codex shows words of its own instead of the message
    case ErrorKind::overloaded:
      return 503;
    case ErrorKind::timeout:
      return 504;
  }
  return 502;
}

std::string_view failure_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::authentication:
    case ErrorKind::permission:
    case ErrorKind::not_found:
    case ErrorKind::too_large:
      return "invalid_prompt";
    case ErrorKind::context_overflow:
      return "context_length_exceeded";
    case ErrorKind::rate_limit:
      return "rate_limit_exceeded";
    case ErrorKind::server:
    case ErrorKind::overloaded:
    case ErrorKind::timeout:
      return "server_error";
  }
  return "server_error";
}

std::string encode_error(const chat::Error& error, std::string_view) {
  std::string body = R"({"error":{"message":)" + json::quoted(error.message);
  body += R"(,"type":")";
  body += error_type(error.kind);
  body += R"(","param":)" + (error.param.empty() ? "null" : json::quoted(error.param));
  body += R"(,"code":)";
  const std::string_view code = error_code(error);
  body += code.empty() ? "null" : json::quoted(code);
  body += "}}";
  return body;
}

}  // namespace responses
