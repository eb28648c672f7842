#include "net/url.h"

#include <algorithm>
#include <optional>

#include <arpa/inet.h>

#include "base/strings.h"

namespace net {
namespace {

struct HostPort {
  std::string host;
  std::optional<std::string_view> port;
};

std::optional<HostPort> split_host_port(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == text.npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    HostPort parts{std::string(text.substr(1, end - 1)), std::nullopt};
    if (!rest.empty()) parts.port = rest.substr(1);
    return parts;
  }
  const size_t colon = text.find(':');
  // An IPv6 address stands in brackets.
  if (colon != text.rfind(':')) return std::nullopt;
  if (colon == text.npos) return HostPort{std::string(text), std::nullopt};
  return HostPort{std::string(text.substr(0, colon)), text.substr(colon + 1)};
}

// Names, IPv4 and IPv6 addresses; nothing that would break out of a Host header.
bool is_host(std::string_view host) {
  constexpr std::string_view marks = ".-_:%";
  return !host.empty() && std::ranges::all_of(host, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || marks.contains(c);
  });
}

bool is_numeric_address(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

std::optional<uint16_t> parse_port(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  const std::optional<long long> port = base::parse_number(digits);
  if (!port || *port > 65535) return std::nullopt;
  return static_cast<uint16_t>(*port);
}

}  // namespace

std::string Url::authority() const {
  const bool v6 = host.contains(':');
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

base::Result<Url> parse_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (text.starts_with("https://"))
    return std::unexpected(
        "https is not supported for an upstream; use http:// on a trusted network");
  if (!text.starts_with(scheme)) return std::unexpected("it does not begin with http://");
  text.remove_prefix(scheme.size());
  const size_t slash = text.find_first_of("/?#");
  const std::optional<HostPort> parts = split_host_port(text.substr(0, slash));
  if (!parts || !is_host(parts->host)) return std::unexpected("it has no valid host");
  Url url;
  url.host = parts->host;
  if (parts->port) {
    const std::optional<uint16_t> port = parse_port(*parts->port);
    if (!port || *port == 0) return std::unexpected("its port is not a number from 1 to 65535");
    url.port = *port;
  }
  std::string_view path = slash == text.npos ? std::string_view() : text.substr(slash);
  if (path.find_first_of("?# \r\n") != path.npos)
    return std::unexpected("a query or fragment has no place in it");
  while (path.ends_with('/')) path.remove_suffix(1);
  // Many write an OpenAI base URL with its version; our paths bring their own.
  if (path.ends_with("/v1")) path.remove_suffix(3);
  url.path = path;
  return url;
}

base::Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::optional<HostPort> parts = split_host_port(text);
  if (!parts || !parts->port) return std::unexpected("ADDRESS:PORT is expected");
  const std::optional<uint16_t> port = parse_port(*parts->port);
  if (!port) return std::unexpected("its port is not a number from 0 to 65535");
  const std::string host = parts->host == "localhost" ? "127.0.0.1" : parts->host;
  if (host.empty()) return std::unexpected("its address is missing");
  if (!is_numeric_address(host)) return std::unexpected("its address is not numeric");
  return Endpoint{host, *port};
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr address{};
  const bool numeric = ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
  return numeric && ntohl(address.s_addr) >> 24 == 127;
}

}  // namespace net
