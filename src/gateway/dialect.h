// What differs between the protocols that a proxy speaks with its clients, besides requests and
// answers themselves: endpoints, errors, names. One row each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway/options.h"
#include "net/client_connection.h"
#include "net/task.h"
#include "protocol/chat/error.h"

namespace gateway {

class Exchange;
struct Gateway;

using Handler = net::Task<void> (*)(Gateway&, net::ClientConnection&, Exchange&, std::string body);

struct Route {
  std::string_view method;
  std::string_view path;  // ending in "/": all below it
  Handler handler;
  bool open;  // asks for no token
};

struct Dialect {
  std::string_view title;
  std::string_view label_prefix;  // of the served model's name for the client
  std::string_view request_id_header;
  std::span<const Route> routes;
  std::string (*encode_error)(const chat::Error& error, std::string_view request_id);
  int (*http_status)(chat::ErrorKind kind);
};

const Dialect& dialect_of(Protocol protocol);

}  // namespace gateway
