// Asks the proxy how it is and what it serves.
#pragma once

#include <string>
#include <vector>

#include "agent/claude_models.h"
#include "base/error.h"
#include "net/url.h"
#include "stack/health.h"

namespace agent {

struct Proxy {
  net::Url url;
  net::Url api;       // the engine behind it
  std::string token;  // sent as a bearer token
};

std::string text_of(const net::Url& url);

// Unless the proxy says that all is well, the engine's own word counts where it is a good one.
stack::Health ask_health(const Proxy& proxy);

// The error says why there are none.
base::Result<std::vector<ServedModel>> ask_models(const Proxy& proxy);

}  // namespace agent
