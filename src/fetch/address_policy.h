// Which addresses may be connected to: public ones, and those that AUTOSRE_FETCH_ALLOW names. A
// page chooses the addresses that it links and redirects to, so nothing on this machine or its
// networks may be reached through it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/error.h"

namespace fetch {

namespace ip = boost::asio::ip;

// A block of addresses; an IPv4 one is kept as the IPv6 block that maps it.
struct Cidr {
  ip::address_v6 network;
  int length = 128;  // bits

  bool contains(const ip::address_v6& address) const;
};

// "10.0.0.0/8", "fd00::/8" or one address. The error says what is wrong with it.
base::Result<Cidr> parse_cidr(std::string_view text);

// Ports that belong to other protocols, which a request must not be passed off to (WHATWG fetch,
// "bad port").
bool is_blocked_port(uint16_t port);

class AddressPolicy {
 public:
  AddressPolicy() = default;
  // The value of AUTOSRE_FETCH_ALLOW: CIDRs with commas or spaces between them. Throws base::Error
  // (usage) that names the variable and the entry that is none.
  explicit AddressPolicy(std::string_view allowed);

  // nullopt when it may be connected to, otherwise what it is: "a private address". An IPv6 address
  // that stands for an IPv4 one (mapped, NAT64, 6to4, Teredo) is judged by both.
  std::optional<std::string> refusal(const ip::address& address) const;

 private:
  std::vector<Cidr> allowed_;
};

}  // namespace fetch
