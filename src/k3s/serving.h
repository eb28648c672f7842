// The served model behind the release's addresses: where it is, how it is, a first answer.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "k3s/plan.h"

namespace k3s {

struct Addresses {
  std::string api;  // OpenAI-compatible; empty: there is none
  std::string proxy;
  std::string codex_proxy;
};

// The release's Services as URLs; what is given (through a port-forward, say) wins. Pure.
Addresses addresses_of(const std::vector<Service>& services, const Target& target,
                       const Addresses& given);

// A short chat, which loads what the first request would wait for. The seconds that it took.
base::Result<double> warm_up(const std::string& api_url, const std::string& model);

}  // namespace k3s
