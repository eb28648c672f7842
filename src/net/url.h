// http:// addresses, as given for an upstream, and host:port pairs, as given for a listener.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace net {

struct Url {
  std::string host;  // without brackets
  uint16_t port = 80;
  std::string path;  // without a trailing slash, "" for the root

  std::string authority() const;  // host:port, as in a Host header
};

// Only http; the error says what is wrong with the text.
base::Result<Url> parse_url(std::string_view text);

struct Endpoint {
  std::string address;  // numeric
  uint16_t port = 0;
};

// "127.0.0.1:8011", "[::1]:8011"; port 0 lets the system choose.
base::Result<Endpoint> parse_endpoint(std::string_view text);

bool is_loopback_host(std::string_view host);

}  // namespace net
