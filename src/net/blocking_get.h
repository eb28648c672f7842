// One GET over plain HTTP for short-lived commands: no pool, no threads, no TLS. The servers use
// the asynchronous client instead.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http_head.h"
#include "net/url.h"

namespace net {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

struct GetOptions {
  std::chrono::milliseconds deadline{3000};  // for the whole exchange
  size_t max_bytes = 4u << 20;               // of head and body
  std::vector<Header> headers = {};
};

// GETs `target` ("/health") below the address's path. The error says why there is no answer, e.g.
// "Connection refused". Only the look-up of a name that is no address may outlast the deadline.
base::Result<HttpAnswer> blocking_get(const Url& url, std::string_view target,
                                      const GetOptions& options = {});

// An answer whose last byte has come. Pure.
base::Result<HttpAnswer> parse_answer(std::string_view bytes);

}  // namespace net
