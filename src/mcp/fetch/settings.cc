#include "mcp/fetch/settings.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace mcp::fetch {

std::string_view setting(const config::Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

size_t number_setting(const config::Environment& environment, std::string_view name, size_t least,
                      size_t most, size_t fallback) {
  const std::string_view value = setting(environment, name);
  if (value.empty()) return fallback;
  const auto number = base::parse_number(value);
  if (!number || static_cast<size_t>(*number) < least || static_cast<size_t>(*number) > most)
    throw base::Error(fmt::format("{} is \"{}\"", name, value),
                      fmt::format("a number from {} to {} is expected", least, most),
                      fmt::format("set it to such a number, or leave it unset for {}", fallback),
                      base::Exit::usage);
  return static_cast<size_t>(*number);
}

::fetch::ClientOptions client_options(const config::Environment& environment) {
  return {.policy = ::fetch::AddressPolicy(setting(environment, "AUTOSRE_FETCH_ALLOW")),
          .trust = std::string(setting(environment, "SSL_CERT_FILE"))};
}

}  // namespace mcp::fetch
