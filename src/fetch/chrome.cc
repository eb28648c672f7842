#include "fetch/chrome.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace fetch::chrome {
namespace {

constexpr std::string_view brands = R"("Not:A-Brand";v="8", "Chromium";v="156")";
constexpr std::string_view user_agent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
    "Safari/537.36";
constexpr std::string_view accept =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";

struct Family {
  std::string_view prefix;  // hexadecimal; what its names begin with
  std::string_view names;   // the rest of each, two digits
};
constexpr std::array families{
    Family{"82df1302", "01060d0e0f121314"},
    Family{"839a648c9b2d01", "0708090a0b0c0d1213"},
    Family{"d67909", "0104050607080a0b0c0d0f"},
};

constexpr std::string_view first_of(Request::Site site) {
  switch (site) {
    case Request::Site::none:
      return "none";
    case Request::Site::same_origin:
      return "same-origin";
    case Request::Site::cross_site:
      return "cross-site";
  }
  return "none";
}

class Headers {
 public:
  void add(std::string_view name, std::string_view value) {
    list_.push_back({std::string(name), std::string(value)});
  }
  void add_if(bool wanted, std::string_view name, std::string_view value) {
    if (wanted) add(name, value);
  }
  std::vector<net::Header> take() { return std::move(list_); }

 private:
  std::vector<net::Header> list_;
};

void add_navigation(Headers& headers, const Request& request, bool is_http1) {
  const auto name = [is_http1](std::string_view h1, std::string_view h2) {
    return is_http1 ? h1 : h2;
  };
  const bool is_post = request.method == "POST";
  // Pages without TLS are told less.
  const bool is_secure = request.url.is_secure;
  headers.add_if(is_post, name("Content-Length", "content-length"),
                 std::to_string(request.body.size()));
  headers.add_if(is_post, name("Cache-Control", "cache-control"), "max-age=0");
  headers.add_if(is_secure, "sec-ch-ua", brands);
  headers.add_if(is_secure, "sec-ch-ua-mobile", "?0");
  headers.add_if(is_secure, "sec-ch-ua-platform", "\"Linux\"");
  headers.add(name("Upgrade-Insecure-Requests", "upgrade-insecure-requests"), "1");
  headers.add_if(is_post, name("Content-Type", "content-type"),
                 "application/x-www-form-urlencoded");
  headers.add(name("User-Agent", "user-agent"), user_agent);
  headers.add_if(is_post, name("Origin", "origin"), request.origin);
  headers.add(name("Accept", "accept"), accept);
  headers.add_if(is_secure, name("Sec-Fetch-Site", "sec-fetch-site"), first_of(request.site));
  headers.add_if(is_secure, name("Sec-Fetch-Mode", "sec-fetch-mode"), "navigate");
  headers.add_if(is_secure, name("Sec-Fetch-User", "sec-fetch-user"), "?1");
  headers.add_if(is_secure, name("Sec-Fetch-Dest", "sec-fetch-dest"), "document");
  headers.add_if(!request.referer.empty(), name("Referer", "referer"), request.referer);
  headers.add(name("Accept-Encoding", "accept-encoding"),
              is_secure ? "gzip, deflate, br, zstd" : "gzip, deflate");
  headers.add(name("Accept-Language", "accept-language"), request.language);
}

}  // namespace

std::vector<uint8_t> trust_anchors() {
  const auto digit = [](char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  const auto append = [&](std::vector<uint8_t>& bytes, std::string_view hex) {
    for (size_t at = 0; at + 1 < hex.size(); at += 2)
      bytes.push_back(static_cast<uint8_t>(digit(hex[at]) * 16 + digit(hex[at + 1])));
  };
  std::vector<uint8_t> bytes;
  for (const Family& family : families) {
    for (size_t at = 0; at < family.names.size(); at += 2) {
      bytes.push_back(static_cast<uint8_t>(family.prefix.size() / 2 + 1));
      append(bytes, family.prefix);
      append(bytes, family.names.substr(at, 2));
    }
  }
  return bytes;
}

std::vector<net::Header> http2_headers(const Request& request) {
  Headers headers;
  add_navigation(headers, request, false);
  // A field for each cookie compresses better, and is what Chrome sends.
  for (const std::string_view cookie : base::split(request.cookies, ';')) {
    const std::string_view pair = base::trim(cookie);
    headers.add_if(!pair.empty(), "cookie", pair);
  }
  headers.add("priority", "u=0, i");
  return headers.take();
}

std::vector<net::Header> http1_headers(const Request& request) {
  Headers headers;
  headers.add("Host", request.url.authority());
  headers.add("Connection", "keep-alive");
  add_navigation(headers, request, true);
  headers.add_if(!request.cookies.empty(), "Cookie", request.cookies);
  return headers.take();
}

}  // namespace fetch::chrome
