// The cookies of one fetch: what a page sets on the way to itself (consent, language, a check) has
// to come back for the redirects to end. They are forgotten with the fetch. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fetch/url.h"

namespace fetch {

class Cookies {
 public:
  // A Set-Cookie header's value, sent with the answer for `url` (RFC 6265 §5).
  void store(const Url& url, std::string_view set_cookie);
  // The value of the Cookie header for that address; empty: none.
  std::string header_for(const Url& url) const;

 private:
  struct Cookie {
    std::string name;
    std::string value;
    std::string domain;
    std::string path;
    bool is_host_only = true;
    bool is_secure = false;
  };
  static bool applies(const Cookie& cookie, const Url& url);

  std::vector<Cookie> cookies_;
};

}  // namespace fetch
