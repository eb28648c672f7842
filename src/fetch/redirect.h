// What a redirect makes of a request. Pure.
#pragma once

#include <expected>
#include <optional>

#include "fetch/request.h"

namespace fetch {

constexpr size_t max_redirects = 20;  // as browsers have it

// nullopt when the answer is no redirect; else the next request, without cookies.
std::expected<std::optional<Request>, Failure> redirected(const Request& request,
                                                          const Response& response);

}  // namespace fetch
