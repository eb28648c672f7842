// Where the stack answers: on this machine in local mode, else at the services' pinned addresses.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/paths.h"

namespace backend {

struct Addresses {
  enum class Origin { local, cluster };

  std::string api;          // "http://127.0.0.1:8010", the engine
  std::string proxy;        // Anthropic Messages
  std::string codex_proxy;  // OpenAI Responses
  Origin origin = Origin::local;

  bool operator==(const Addresses&) const = default;
};

// Whether an answer to GET /health is that of a proxy of ours: in a network that is another's,
// anything may answer at the pinned addresses. Pure.
bool is_our_health(int status, std::string_view body);

// As the chart pins them.
Addresses cluster_addresses();
Addresses local_addresses();

// What AUTOSRE_API_URL, AUTOSRE_PROXY_URL and AUTOSRE_CODEX_PROXY_URL name wins. Then a local stack
// that runs. Else those of the cluster, if this machine has the means to reach one and `answers`
// says so of its proxy; else the ports of this machine.
Addresses find_addresses(const config::Environment& environment,
                         const std::function<bool(const std::string& proxy)>& answers);
Addresses find_addresses(const config::Environment& environment);

}  // namespace backend
