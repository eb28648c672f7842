#include "protocol/anthropic/error.h"

#include "protocol/json/text.h"

namespace anthropic {

std::string_view name(ErrorType type) {
  switch (type) {
    case ErrorType::invalid_request_error:
      return "invalid_request_error";
    case ErrorType::authentication_error:
      return "authentication_error";
    case ErrorType::permission_error:
      return "permission_error";
    case ErrorType::not_found_error:
      return "not_found_error";
    case ErrorType::request_too_large:
      return "request_too_large";
    case ErrorType::rate_limit_error:
      return "rate_limit_error";
    case ErrorType::api_error:
      return "api_error";
    case ErrorType::overloaded_error:
      return "overloaded_error";
    case ErrorType::timeout_error:
      return "timeout_error";
  }
  return "api_error";
}

int http_status(ErrorType type) {
  switch (type) {
    case ErrorType::invalid_request_error:
      return 400;
    case ErrorType::authentication_error:
      return 401;
    case ErrorType::permission_error:
      return 403;
    case ErrorType::not_found_error:
      return 404;
    case ErrorType::request_too_large:
      return 413;
    case ErrorType::rate_limit_error:
      return 429;
    case ErrorType::api_error:
      return 500;
    case ErrorType::overloaded_error:
      return 529;
    case ErrorType::timeout_error:
      return 504;
  }
  return 500;
}

ErrorType error_type(int upstream_status) {
  switch (upstream_status) {
    case 400:
    case 405:
    case 409:
    case 415:
    case 422:
      return ErrorType::invalid_request_error;
    case 404:
      return ErrorType::not_found_error;
    case 413:
      return ErrorType::request_too_large;
    case 429:
      return ErrorType::rate_limit_error;
    case 408:
    case 504:
      return ErrorType::timeout_error;
    case 503:
    case 529:
      return ErrorType::overloaded_error;
    default:
      return ErrorType::api_error;
  }
}

std::string encode_error(const Error& error, std::string_view request_id) {
  std::string body = R"({"type":"error","error":{"type":")";
  body += name(error.type);
  body += R"(","message":")";
  json::append_escaped(body, error.message);
  body += R"("},"request_id":")";
  json::append_escaped(body, request_id);
  body += "\"}";
  return body;
}

}  // namespace anthropic
