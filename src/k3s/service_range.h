// The addresses that a cluster gives to services, and whether the pinned ones are among them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace k3s {

// Network and length of an IPv4 range; other families are of no use to pinned addresses.
struct Range {
  uint32_t network = 0;
  int bits = 0;

  bool holds(uint32_t address) const;
  std::string text() const;  // "10.43.0.0/16"
  bool operator==(const Range&) const = default;
};

base::Result<uint32_t> parse_address(std::string_view text);
base::Result<Range> parse_range(std::string_view text);

// The smallest range that holds the addresses in the band that Kubernetes leaves to pinned ones
// (KEP-3070); nullopt when they are too far apart for one.
std::optional<Range> range_around(const std::vector<uint32_t>& addresses);

// What a server without ServiceCIDR objects says when an address is outside: "… The range of valid
// IPs is 10.43.0.0/16".
std::vector<Range> ranges_named_in(std::string_view message);

}  // namespace k3s
