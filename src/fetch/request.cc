#include "fetch/request.h"

#include <algorithm>

#include "base/strings.h"

namespace fetch {

std::string_view Response::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [name](const net::Header& header) {
    return base::equals_ignoring_case(header.name, name);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::string Failure::text() const {
  return advice.empty() ? what : what + " — " + advice;
}

}  // namespace fetch
