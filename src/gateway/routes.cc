#include "gateway/routes.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "gateway/dialect.h"

namespace gateway {
namespace {

using chat::ErrorKind;
using net::Task;

// A base URL that was given with /v1 asks for /v1/v1/…
std::string_view without_doubled_version(std::string_view path) {
  return path.starts_with("/v1/v1/") ? path.substr(3) : path;
}

bool matches(const Route& route, std::string_view method, std::string_view path) {
  const bool same_method = route.method == method || (route.method == "GET" && method == "HEAD");
  const bool below = route.path.size() > 1 && route.path.ends_with('/') &&
                     path.size() > route.path.size() && path.starts_with(route.path);
  return same_method && (path == route.path || below);
}

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

// A page in the user's browser may reach a loopback port, under its own name (DNS rebinding) or
// from its own origin; neither is the agent.
bool comes_from_a_page(const Gateway& gateway, const net::RequestHead& head) {
  if (!net::is_loopback_host(gateway.options.listen.address)) return false;
  const std::string_view host = head.get("host");
  if (!host.empty() && !net::is_loopback_host(host_of(host))) return true;
  std::string_view origin = head.get("origin");
  if (origin.empty()) return false;
  const size_t scheme = origin.find("://");
  if (scheme == origin.npos) return true;
  return !net::is_loopback_host(host_of(origin.substr(scheme + 3)));
}

bool shows_token(const Gateway& gateway, const net::RequestHead& head) {
  const std::string& token = gateway.options.token;
  if (token.empty()) return true;
  std::string_view bearer = head.get("authorization");
  constexpr std::string_view scheme = "bearer ";
  const bool is_bearer = bearer.size() > scheme.size() &&
                         base::equals_ignoring_case(bearer.substr(0, scheme.size()), scheme);
  bearer = is_bearer ? bearer.substr(scheme.size()) : std::string_view();
  const bool by_bearer = base::equal_in_constant_time(bearer, token);
  const bool by_key = base::equal_in_constant_time(head.get("x-api-key"), token);
  return by_bearer || by_key;
}

std::optional<chat::Error> refusal(const Gateway& gateway, const net::RequestHead& head,
                                   const Route* route) {
  if (comes_from_a_page(gateway, head))
    return chat::Error{ErrorKind::permission,
                       "requests from web pages are not answered (Host or Origin is foreign)", 0};
  if ((route == nullptr || !route->open) && !shows_token(gateway, head))
    return chat::Error{ErrorKind::authentication, "a valid bearer token or x-api-key is needed", 0};
  if (route == nullptr)
    return chat::Error{ErrorKind::not_found,
                       "no such endpoint: " + head.method + " " + std::string(head.path()), 0};
  return std::nullopt;
}

chat::Error body_error(net::ReadFailure failure) {
  if (failure == net::ReadFailure::too_large)
    return {ErrorKind::too_large, "the request body is larger than 64 MiB", 0};
  if (failure == net::ReadFailure::timed_out)
    return {ErrorKind::timeout, "the request body came too slowly", 0};
  return {ErrorKind::invalid_request, "the request body is malformed", 0};
}

}  // namespace

Task<void> answer(Gateway& gateway, net::ClientConnection& client, Exchange& exchange) {
  const net::RequestHead& head = exchange.head();
  const std::string_view path = without_doubled_version(head.path());
  const std::span<const Route> routes = gateway.dialect.routes;
  const auto route = std::ranges::find_if(
      routes, [&](const Route& candidate) { return matches(candidate, head.method, path); });
  const bool has_body = head.chunked || head.content_length.value_or(0) > 0;
  const Route* found = route == routes.end() ? nullptr : &*route;
  if (std::optional<chat::Error> error = refusal(gateway, head, found)) {
    // The body that follows is not worth reading.
    if (has_body) exchange.close_after();
    co_await exchange.reply_error(std::move(*error));
    co_return;
  }
  std::expected<std::string, net::ReadFailure> body = co_await client.read_body(head, max_body);
  if (!body) {
    exchange.close_after();
    chat::Error error = body_error(body.error());
    if (body.error() != net::ReadFailure::closed) co_await exchange.reply_error(std::move(error));
    co_return;
  }
  co_await found->handler(gateway, client, exchange, std::move(*body));
}

}  // namespace gateway
