// Finds the proxy and asks it how it is and what it serves.
#pragma once

#include <string>
#include <vector>

#include "agent/claude_models.h"
#include "agent/launch.h"
#include "base/error.h"
#include "net/url.h"
#include "stack/health.h"

namespace agent {

struct Proxy {
  net::Url url;
  net::Url api;            // the engine behind it
  std::string token;       // sent as a bearer token
  std::string token_file;  // where the token is from; empty: it is no secret
};

// The one that is asked for, or the local one at `port`; the token is AUTOSRE_TOKEN_FILE's.
Proxy find_proxy(const LaunchRequest& request, int port, const config::Environment& environment);

std::string text_of(const net::Url& url);

// Unless the proxy says that all is well, the engine's own word counts where it is a good one.
stack::Health ask_health(const Proxy& proxy);

// The body of its /v1/models; the error says why there is none.
base::Result<std::string> ask_model_list(const Proxy& proxy);
base::Result<std::vector<ServedModel>> ask_models(const Proxy& proxy);

// Throws base::Error, which says what to do, unless the proxy and the model behind it answer.
void require_health(const Proxy& proxy);

base::Error unreachable(const Proxy& proxy, const std::string& why);

}  // namespace agent
