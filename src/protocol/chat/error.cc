#include "protocol/chat/error.h"

namespace chat {

ErrorKind error_kind(int upstream_status) {
  switch (upstream_status) {
    case 400:
    case 405:
    case 409:
    case 415:
    case 422:
      return ErrorKind::invalid_request;
    case 404:
      return ErrorKind::not_found;
    case 413:
      return ErrorKind::too_large;
    case 429:
      return ErrorKind::rate_limit;
    case 408:
    case 504:
      return ErrorKind::timeout;
    case 503:
    case 529:
      return ErrorKind::overloaded;
    default:
      return ErrorKind::server;
  }
}

}  // namespace chat
