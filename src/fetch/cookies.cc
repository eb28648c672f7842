#include "fetch/cookies.h"

#include <algorithm>
#include <functional>
#include <ranges>

#include "base/strings.h"

namespace fetch {
namespace {

constexpr size_t max_cookies = 64;
constexpr size_t max_size = 4096;  // of name and value

bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view path, std::string_view cookie_path) {
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') ||
         path[cookie_path.size()] == '/';
}

std::string_view path_of(const Url& url) {
  return std::string_view(url.target).substr(0, url.target.find('?'));
}

std::string default_path(const Url& url) {
  const std::string_view path = path_of(url);
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? "/" : std::string(path.substr(0, slash));
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Servers take a cookie away by a date in the past: mostly 1970.
bool is_past(std::string_view expires) {
  return expires.contains("1970") || expires.contains("70 00:00:0");
}

}  // namespace

void Cookies::store(const Url& url, std::string_view set_cookie) {
  const auto parts = base::split(set_cookie, ';');
  if (parts.empty()) return;
  const size_t equals = parts[0].find('=');
  if (equals == parts[0].npos || parts[0].size() > max_size || has_control(parts[0])) return;
  Cookie cookie{.name = std::string(base::trim(parts[0].substr(0, equals))),
                .value = std::string(base::trim(parts[0].substr(equals + 1))),
                .domain = url.host,
                .path = default_path(url)};
  bool is_removed = false;
  for (const std::string_view part : parts | std::views::drop(1)) {
    const size_t at = part.find('=');
    const std::string name = base::lower(base::trim(part.substr(0, at)));
    const std::string_view value =
        at == part.npos ? std::string_view() : base::trim(part.substr(at + 1));
    if (name == "secure") cookie.is_secure = true;
    if (name == "path" && value.starts_with('/')) cookie.path = value;
    if (name == "max-age") is_removed = value == "0" || value.starts_with('-');
    if (name == "expires") is_removed = is_removed || is_past(value);
    if (name == "domain" && !value.empty()) {
      const std::string domain = base::lower(value.substr(value.starts_with('.') ? 1 : 0));
      if (!domain_matches(url.host, domain)) return;
      // Without a dot it would be for all of a top-level domain.
      cookie.is_host_only = !domain.contains('.');
      if (!cookie.is_host_only) cookie.domain = domain;
    }
  }
  if (cookie.name.empty()) return;
  std::erase_if(cookies_, [&](const Cookie& known) {
    return known.name == cookie.name && known.domain == cookie.domain && known.path == cookie.path;
  });
  if (!is_removed && cookies_.size() < max_cookies) cookies_.push_back(std::move(cookie));
}

bool Cookies::applies(const Cookie& cookie, const Url& url) {
  if (cookie.is_secure && !url.is_secure) return false;
  const bool is_host =
      cookie.is_host_only ? url.host == cookie.domain : domain_matches(url.host, cookie.domain);
  return is_host && path_matches(path_of(url), cookie.path);
}

std::string Cookies::header_for(const Url& url) const {
  std::vector<const Cookie*> chosen;  // longer paths first
  const auto length = [](const Cookie* cookie) { return cookie->path.size(); };
  for (const Cookie& cookie : cookies_) {
    if (!applies(cookie, url)) continue;
    const auto place = std::ranges::upper_bound(chosen, length(&cookie), std::greater{}, length);
    chosen.insert(place, &cookie);
  }
  std::string header;
  for (const Cookie* cookie : chosen)
    header += (header.empty() ? "" : "; ") + cookie->name + "=" + cookie->value;
  return header;
}

}  // namespace fetch
