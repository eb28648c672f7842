#include "mcp/http_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "net/url.h"

namespace mcp {
namespace {

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

// Names that are no plain text come as =?base64?…?=.
std::optional<std::string> decoded(std::string_view value) {
  constexpr std::string_view begin = "=?base64?";
  constexpr std::string_view end = "?=";
  if (!value.starts_with(begin) || !value.ends_with(end)) return std::string(value);
  value.remove_prefix(begin.size());
  value.remove_suffix(end.size());
  return base::decode_base64(value);
}

std::optional<std::string> compare(std::string_view header, std::string_view given,
                                   std::string_view wanted) {
  if (given.empty()) return fmt::format("the header {} is missing", header);
  if (decoded(given) == wanted) return {};
  return fmt::format("the header {} does not match the body's '{}'", header, wanted);
}

}  // namespace

bool comes_from_a_page(const net::RequestHead& head) {
  const std::string_view host = head.get("host");
  if (!host.empty() && !net::is_loopback_host(host_of(host))) return true;
  const std::string_view origin = head.get("origin");
  if (origin.empty()) return false;
  const size_t scheme = origin.find("://");
  return scheme == origin.npos || !net::is_loopback_host(host_of(origin.substr(scheme + 3)));
}

std::optional<std::string> head_fault(const net::RequestHead& head, const Received& received) {
  const std::string_view version = head.get("mcp-protocol-version");
  if (!received.is_modern && version == modern_version && received.is_request &&
      !received.method.empty())
    return "the body's _meta has no protocol version";
  if (!received.is_modern) return {};
  if (auto fault = compare("MCP-Protocol-Version", version, received.version)) return fault;
  if (!received.is_request) return {};
  if (auto fault = compare("Mcp-Method", head.get("mcp-method"), received.method)) return fault;
  if (received.name.empty()) return {};
  return compare("Mcp-Name", head.get("mcp-name"), received.name);
}

bool is_known_version(std::string_view version) {
  // The third is taken for the first: a client that names it sends no batches after our answer.
  return version.empty() || version == modern_version || is_legacy_version(version) ||
         version == "2025-03-26";
}

int http_status(const Received& received) {
  if (received.error == 0) return 200;
  if (received.error == jsonrpc::method_not_found) return received.is_modern ? 404 : 200;
  if (received.error == jsonrpc::parse_error || received.error == jsonrpc::invalid_request)
    return 400;
  return received.is_modern ? 400 : 200;
}

}  // namespace mcp
