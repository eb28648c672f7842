// vLLM, on a cluster or in its place a local engine: a thin client.
#pragma once

#include "backend/addresses.h"
#include "backend/backend.h"

namespace backend {

class Vllm final : public Backend {
 public:
  Vllm(Addresses addresses, config::Environment environment)
      : addresses_(std::move(addresses)), environment_(std::move(environment)) {}

  std::string_view name() const override { return "vllm"; }
  std::vector<Need> setup() const override;
  // The proxy's word when it is a good one, else the engine's own.
  stack::Health health() const override;
  Status status() const override;
  std::string api_url() const override { return addresses_.api; }
  std::string proxy_url(Client client) const override;
  agent::EnvironmentChanges environment(Client client) const override;

  // The name of the model for Claude Code: AUTOSRE_CLAUDE_LABEL, else the first that the proxy
  // serves, if it begins with "claude-".
  base::Result<std::string> label() const;

 private:
  Addresses addresses_;
  config::Environment environment_;
};

}  // namespace backend
