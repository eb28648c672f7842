#include "fetch/address_policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/strings.h"

namespace fetch {
namespace {

struct Block {
  std::string_view cidr;
  std::string_view what;
};

// From the IANA registries of special-purpose addresses (RFC 6890 and its successors).
constexpr std::array blocks{
    Block{"0.0.0.0/8", "an address of this machine"},
    Block{"10.0.0.0/8", "a private address"},
    Block{"100.64.0.0/10", "an address inside a provider's network (CGNAT)"},
    Block{"127.0.0.0/8", "a loopback address"},
    Block{"169.254.0.0/16", "a link-local address"},
    Block{"172.16.0.0/12", "a private address"},
    Block{"192.0.0.0/24", "a reserved address"},
    Block{"192.0.2.0/24", "an address for documentation"},
    Block{"192.88.99.0/24", "a reserved address"},
    Block{"192.168.0.0/16", "a private address"},
    Block{"198.18.0.0/15", "an address for benchmarks"},
    Block{"198.51.100.0/24", "an address for documentation"},
    Block{"203.0.113.0/24", "an address for documentation"},
    Block{"224.0.0.0/4", "a multicast address"},
    Block{"240.0.0.0/4", "a reserved address"},
    Block{"::/128", "an address of this machine"},
    Block{"::1/128", "a loopback address"},
    Block{"::/96", "a reserved address"},
    Block{"::ffff:0:0:0/96", "a translated address"},
    Block{"64:ff9b:1::/48", "a private address"},
    Block{"100::/64", "a reserved address"},
    Block{"2001::/23", "a reserved address"},
    Block{"2001:db8::/32", "an address for documentation"},
    Block{"3fff::/20", "an address for documentation"},
    Block{"5f00::/16", "a reserved address"},
    Block{"fc00::/7", "a private address"},
    Block{"fe80::/10", "a link-local address"},
    Block{"fec0::/10", "a private address"},
    Block{"ff00::/8", "a multicast address"},
};

ip::address_v6 as_v6(const ip::address& address) {
  if (address.is_v6()) return ip::address_v6(address.to_v6().to_bytes());  // without its zone
  return ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

struct KnownBlock {
  Cidr cidr;
  std::string_view what;
};

const std::vector<KnownBlock>& known_blocks() {
  static const std::vector<KnownBlock> known = [] {
    std::vector<KnownBlock> list;
    for (const Block& block : blocks) list.push_back({*parse_cidr(block.cidr), block.what});
    return list;
  }();
  return known;
}

std::optional<std::string> reserved_as(const ip::address_v6& address) {
  for (const KnownBlock& block : known_blocks()) {
    if (block.cidr.contains(address)) return std::string(block.what);
  }
  return std::nullopt;
}

// The IPv4 address that the four bytes at `at` are, inverted for Teredo.
ip::address_v6 embedded(const ip::address_v6::bytes_type& bytes, size_t at, unsigned char mask) {
  ip::address_v4::bytes_type v4;
  for (size_t i = 0; i < v4.size(); ++i) v4[i] = static_cast<unsigned char>(bytes[at + i] ^ mask);
  return ip::make_address_v6(ip::v4_mapped, ip::address_v4(v4));
}

// What an IPv6 address leads to by a translation or a tunnel.
std::optional<ip::address_v6> leads_to(const ip::address_v6& address) {
  static const Cidr nat64 = *parse_cidr("64:ff9b::/96");
  static const Cidr six_to_four = *parse_cidr("2002::/16");
  static const Cidr teredo = *parse_cidr("2001::/32");
  const auto bytes = address.to_bytes();
  if (nat64.contains(address)) return embedded(bytes, 12, 0);
  if (six_to_four.contains(address)) return embedded(bytes, 2, 0);
  if (teredo.contains(address)) return embedded(bytes, 12, 0xff);
  return std::nullopt;
}

}  // namespace

bool is_blocked_port(uint16_t port) {
  static constexpr std::array<uint16_t, 83> blocked{
      0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
      37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
      110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
      427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
      563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
      4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};
  return std::ranges::binary_search(blocked, port);
}

bool Cidr::contains(const ip::address_v6& address) const {
  const auto ours = network.to_bytes();
  const auto theirs = address.to_bytes();
  for (int bit = 0; bit < length; ++bit) {
    const auto byte = static_cast<size_t>(bit / 8);
    if ((ours[byte] ^ theirs[byte]) & (0x80 >> bit % 8)) return false;
  }
  return true;
}

base::Result<Cidr> parse_cidr(std::string_view text) {
  const size_t slash = text.find('/');
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error || text.contains('%')) return std::unexpected("it is no address");
  const int all = address.is_v4() ? 32 : 128;
  int length = all;
  if (slash != text.npos) {
    const auto number = base::parse_number(text.substr(slash + 1));
    if (!number || *number > all)
      return std::unexpected(fmt::format("behind / stands a number from 0 to {}", all));
    length = static_cast<int>(*number);
  }
  return Cidr{as_v6(address), length + 128 - all};
}

AddressPolicy::AddressPolicy(std::string_view allowed) {
  std::string list(allowed);
  std::ranges::replace(list, ' ', ',');
  for (const std::string_view entry : base::split(list, ',')) {
    if (entry.empty()) continue;
    const auto cidr = parse_cidr(entry);
    if (!cidr)
      throw base::Error(fmt::format("AUTOSRE_FETCH_ALLOW holds \"{}\"", entry), cidr.error(),
                        "give CIDRs, for example 10.0.0.0/8,fd00::/8", base::Exit::usage);
    allowed_.push_back(*cidr);
  }
}

std::optional<std::string> AddressPolicy::refusal(const ip::address& address) const {
  const ip::address_v6 plain = as_v6(address);
  const auto is_allowed = [this](const ip::address_v6& one) {
    return std::ranges::any_of(allowed_, [&](const Cidr& cidr) { return cidr.contains(one); });
  };
  if (is_allowed(plain)) return std::nullopt;
  if (const auto inner = leads_to(plain)) {
    if (is_allowed(*inner)) return std::nullopt;
    if (auto what = reserved_as(*inner)) return what;
  }
  return reserved_as(plain);
}

}  // namespace fetch
