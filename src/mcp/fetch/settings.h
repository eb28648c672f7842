// What the environment says to the servers that fetch pages.
#pragma once

#include <cstddef>
#include <string_view>

#include "config/paths.h"
#include "fetch/client.h"

namespace mcp::fetch {

// AUTOSRE_FETCH_ALLOW, SSL_CERT_FILE. Throws base::Error (usage) that names the variable.
::fetch::ClientOptions client_options(const config::Environment& environment);

// A variable that holds a number from `least` to `most`; `fallback` when it is not set. Throws
// base::Error (usage) that names it.
size_t number_setting(const config::Environment& environment, std::string_view name, size_t least,
                      size_t most, size_t fallback);

// The variable's value, or empty.
std::string_view setting(const config::Environment& environment, std::string_view name);

}  // namespace mcp::fetch
