#include "model/address.h"

#include <algorithm>

#include "base/strings.h"

namespace model {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '\x7f'; });
}

base::Result<void> parse_authority(std::string_view text, Address& address) {
  if (text.contains('@')) return std::unexpected("an address with a password is not taken");
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == text.npos) return std::unexpected("the bracket is not closed");
    address.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const size_t colon = text.find(':');
    address.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view() : text.substr(colon);
  }
  if (address.host.empty()) return std::unexpected("it names no host");
  address.port = address.is_secure ? 443 : 80;
  if (port.empty()) return {};
  const auto number = base::parse_number(port.substr(1));
  if (port[0] != ':' || !number || *number < 1 || *number > 65535)
    return std::unexpected("its port is none");
  address.port = static_cast<std::uint16_t>(*number);
  return {};
}

}  // namespace

std::string Address::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  const bool is_usual = port == (is_secure ? 443 : 80);
  return is_usual ? name : name + ":" + std::to_string(port);
}

bool Address::is_same_origin(const Address& other) const {
  return is_secure == other.is_secure && port == other.port &&
         base::equals_ignoring_case(host, other.host);
}

base::Result<Address> parse_address(std::string_view text) {
  Address address;
  if (!is_plain(text)) return std::unexpected("it has blanks");
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    address.is_secure = false;
    text.remove_prefix(7);
  } else {
    return std::unexpected("it does not begin with https:// or http://");
  }
  text = text.substr(0, text.find('#'));
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  if (auto fine = parse_authority(text.substr(0, end), address); !fine)
    return std::unexpected(fine.error());
  address.target = text.substr(end);
  if (!address.target.starts_with('/')) address.target.insert(0, "/");
  return address;
}

base::Result<Address> follow(const Address& from, std::string_view location) {
  if (location.starts_with('/') && !location.starts_with("//")) {
    if (!is_plain(location)) return std::unexpected("it has blanks");
    Address address = from;
    address.target = location.substr(0, location.find('#'));
    return address;
  }
  auto address = parse_address(location);
  if (address && from.is_secure && !address->is_secure)
    return std::unexpected("it leads from https:// to http://");
  return address;
}

}  // namespace model
