#include "backend/vllm.h"

#include <fmt/format.h>

#include "agent/claude_launch.h"
#include "agent/claude_models.h"
#include "agent/codex_launch.h"
#include "agent/proxy_probe.h"
#include "config/ports.h"

namespace backend {
namespace {

constexpr std::chrono::seconds deadline{3};

agent::LaunchRequest request_for(const Addresses& addresses, Client client) {
  return {.proxy_url = client == Client::claude ? addresses.proxy : addresses.codex_proxy,
          .api_url = addresses.api,
          .priority = {},
          .words = {},
          .need = agent::Need::description};
}

}  // namespace

std::vector<Need> Vllm::setup() const {
  return judge(look(environment_));
}

stack::Health Vllm::health() const {
  const stack::Health said = stack::ask_health(addresses_.proxy, deadline);
  if (said == stack::Health::ok) return said;
  const stack::Health engine = stack::ask_health(addresses_.api, deadline);
  const bool counts = engine == stack::Health::ok || said == stack::Health::unreachable;
  return counts ? engine : said;
}

Status Vllm::status() const {
  Status status{.health = health(), .served = {}, .label = {}, .label_fault = {}};
  if (status.health != stack::Health::ok) return status;
  status.served = stack::live_probe().served(addresses_.api);
  if (auto found = label())
    status.label = *std::move(found);
  else
    status.label_fault = found.error();
  return status;
}

std::string Vllm::proxy_url(Client client) const {
  return client == Client::claude ? addresses_.proxy : addresses_.codex_proxy;
}

agent::EnvironmentChanges Vllm::environment(Client client) const {
  const agent::LaunchRequest request = request_for(addresses_, client);
  return client == Client::claude ? agent::plan_claude(request, environment_).changes
                                  : agent::plan_codex(request, environment_).changes;
}

base::Result<std::string> Vllm::label() const {
  const auto wished = environment_.find("AUTOSRE_CLAUDE_LABEL");
  if (wished != environment_.end() && !wished->second.empty()) return wished->second;
  const agent::Proxy proxy =
      agent::find_proxy(request_for(addresses_, Client::claude), config::proxy_port, environment_);
  const auto served = agent::ask_models(proxy);
  if (!served)
    return std::unexpected(
        fmt::format("the proxy at {} cannot be reached: {}", addresses_.proxy, served.error()));
  const auto model = agent::choose_model({}, *served);
  if (!model) return std::unexpected(model.error());
  return model->id;
}

std::unique_ptr<Backend> get_backend(std::string_view type,
                                     const config::Environment& environment) {
  if (!type.empty() && type != detect_platform())
    throw base::Error(fmt::format("no backend \"{}\"", type), "there is: vllm",
                      "leave it out, or say vllm", base::Exit::usage);
  return std::make_unique<Vllm>(find_addresses(environment), environment);
}

std::string_view detect_platform() {
  return "vllm";
}

}  // namespace backend
