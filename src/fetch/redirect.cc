#include "fetch/redirect.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace fetch {
namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A form is sent again only where the status says so.
bool becomes_get(const Request& request, int status) {
  if (status == 303) return request.method != "HEAD";
  return (status == 301 || status == 302) && request.method == "POST";
}

}  // namespace

std::expected<std::optional<Request>, Failure> redirected(const Request& request,
                                                          const Response& response) {
  const std::string_view location = base::trim(response.header("location"));
  if (!is_redirect(response.status) || location.empty()) return std::nullopt;
  auto url = parse_url(location, &request.url);
  if (!url)
    return std::unexpected(
        Failure{fmt::format("{} redirects to \"{}\", which is not followed: {}", request.url.href(),
                            location.substr(0, 200), url.error())});
  if (url->fragment.empty()) url->fragment = request.url.fragment;
  Request next = request;
  if (becomes_get(request, response.status)) {
    next.method = "GET";
    next.body.clear();
    next.origin.clear();
  }
  const bool is_elsewhere = url->origin() != request.url.origin();
  if (is_elsewhere && next.site == Request::Site::same_origin)
    next.site = Request::Site::cross_site;
  // No address of a page with TLS goes to one without.
  if (request.url.is_secure && !url->is_secure) next.referer.clear();
  if (is_elsewhere && next.method == "POST") next.origin = "null";
  next.url = std::move(*url);
  next.cookies.clear();
  return next;
}

}  // namespace fetch
