// One request and its answer, as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/url.h"
#include "net/http_head.h"

namespace fetch {

struct Request {
  // Where the navigation comes from, for Sec-Fetch-Site.
  enum class Site { none, same_origin, cross_site };

  Url url;
  std::string method = "GET";  // or POST, with a form's body
  std::string body = {};
  Site site = Site::none;
  std::string origin = {};   // of the page with the form
  std::string referer = {};  // empty: none
  std::string cookies = {};  // "a=1; b=2"
  std::string language = "en-US,en;q=0.9";
};

struct Response {
  int status = 0;
  std::vector<net::Header> headers = {};
  std::string body = {};      // as it came, still encoded
  bool is_cut = false;        // the body is longer than what is kept of it
  std::string protocol = {};  // "HTTP/1.1", "HTTP/2"

  // The first value of that name in any case, or empty.
  std::string_view header(std::string_view name) const;
};

// Why there is no answer, and what to try.
struct Failure {
  std::string what;
  std::string advice = {};

  std::string text() const;
};

}  // namespace fetch
