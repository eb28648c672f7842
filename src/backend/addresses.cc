#include "backend/addresses.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/ports.h"
#include "net/blocking_get.h"
#include "stack/state.h"
#include "sys/process.h"

namespace backend {
namespace {

constexpr std::chrono::milliseconds probe_deadline{500};

std::string url(std::string_view host, int port) {
  return fmt::format("http://{}:{}", host, port);
}

}  // namespace

bool is_our_health(int status, std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return (status == 200 || status == 503) && json.is_object() && json.contains("backend");
}

Addresses cluster_addresses() {
  return {.api = url("10.96.0.30", config::api_port),
          .proxy = url("10.96.0.31", config::proxy_port),
          .codex_proxy = url("10.96.0.32", config::codex_proxy_port),
          .origin = Addresses::Origin::cluster};
}

Addresses local_addresses() {
  return {.api = url("127.0.0.1", config::api_port),
          .proxy = url("127.0.0.1", config::proxy_port),
          .codex_proxy = url("127.0.0.1", config::codex_proxy_port)};
}

namespace {

Addresses find_unnamed(const config::Environment& environment,
                       const std::function<bool(const std::string& proxy)>& answers) {
  const auto found = stack::find_running(stack::files_of(config::resolve_paths(environment)));
  if (found.is_ours && found.state)
    return {.api = found.state->api_url,
            .proxy = found.state->proxy_url,
            .codex_proxy = found.state->codex_proxy_url};
  // Without them the addresses may be another network's.
  const bool may_have_cluster = sys::find_program("k3s", environment).has_value() ||
                                sys::find_program("kubectl", environment).has_value();
  if (may_have_cluster && answers(cluster_addresses().proxy)) return cluster_addresses();
  return local_addresses();
}

}  // namespace

Addresses find_addresses(const config::Environment& environment,
                         const std::function<bool(const std::string& proxy)>& answers) {
  Addresses addresses = find_unnamed(environment, answers);
  for (const auto& [variable, member] : {std::pair{"AUTOSRE_API_URL", &addresses.api},
                                         {"AUTOSRE_PROXY_URL", &addresses.proxy},
                                         {"AUTOSRE_CODEX_PROXY_URL", &addresses.codex_proxy}})
    if (const auto named = environment.find(variable);
        named != environment.end() && !named->second.empty())
      *member = named->second;
  return addresses;
}

Addresses find_addresses(const config::Environment& environment) {
  return find_addresses(environment, [](const std::string& proxy) {
    const auto url = net::parse_url(proxy);
    const auto answer = net::blocking_get(*url, "/health", {.deadline = probe_deadline});
    return answer && is_our_health(answer->status, answer->body);
  });
}

}  // namespace backend
