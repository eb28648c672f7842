#include "k3s/serving.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k3s/rollout.h"
#include "net/blocking_post.h"

namespace k3s {
namespace {

using std::chrono::steady_clock;

// CUDA graphs and kernels are made at the first request.
constexpr std::chrono::seconds warm_up_deadline{120};

std::string url_of(const Service& service) {
  return fmt::format("http://{}:{}", service.address, service.port);
}

}  // namespace

Addresses addresses_of(const std::vector<Service>& services, const Target& target,
                       const Addresses& given) {
  Addresses found = given;
  for (const Service& service : services) {
    if (service.name_space != target.name_space || service.release != target.release) continue;
    if (service.address.empty() || service.address == "None") continue;
    if (service.name == engine_name && given.api.empty()) found.api = url_of(service);
    if (service.name == "autosre-proxy" && given.proxy.empty()) found.proxy = url_of(service);
    if (service.name == "autosre-codex-proxy" && given.codex_proxy.empty())
      found.codex_proxy = url_of(service);
  }
  return found;
}

base::Result<double> warm_up(const std::string& api_url, const std::string& model) {
  const auto url = net::parse_url(api_url);
  if (!url) return std::unexpected(url.error());
  const Json request = {{"model", model},
                        {"messages", {{{"role", "user"}, {"content", "Say: ready"}}}},
                        {"max_tokens", 8},
                        {"temperature", 0}};
  const auto begun = steady_clock::now();
  const auto answer = net::blocking_post(*url, "/v1/chat/completions", request.dump(),
                                         {.deadline = warm_up_deadline});
  if (!answer) return std::unexpected(answer.error());
  const Json body = Json::parse(answer->body, nullptr, false);
  const bool has_choice = body.is_object() && body.contains("choices") &&
                          body["choices"].is_array() && !body["choices"].empty();
  if (answer->status != 200 || !has_choice)
    return std::unexpected(
        fmt::format("it answers {}: {}", answer->status, answer->body.substr(0, 200)));
  return std::chrono::duration<double>(steady_clock::now() - begun).count();
}

}  // namespace k3s
