// http:// and https:// addresses of a hub and of where it sends one on to. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace model {

struct Address {
  bool is_secure = true;
  std::string host;  // without brackets
  std::uint16_t port = 443;
  std::string target = "/";  // path and query

  // "host" or "host:port", as in a Host header.
  std::string authority() const;
  // Scheme, host and port are the same: what is for one is for the other.
  bool is_same_origin(const Address& other) const;
};

base::Result<Address> parse_address(std::string_view text);

// Where a Location header leads, which may be relative. The error says why one must not go there.
base::Result<Address> follow(const Address& from, std::string_view location);

}  // namespace model
