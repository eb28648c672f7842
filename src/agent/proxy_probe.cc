#include "agent/proxy_probe.h"

#include <chrono>

#include "net/blocking_get.h"

namespace agent {
namespace {

constexpr std::chrono::seconds deadline{3};

}  // namespace

std::string text_of(const net::Url& url) {
  return "http://" + url.authority() + url.path;
}

stack::Health ask_health(const Proxy& proxy) {
  const stack::Health said = stack::ask_health(text_of(proxy.url), deadline);
  if (said == stack::Health::ok || said == stack::Health::unreachable) return said;
  const stack::Health engine = stack::ask_health(text_of(proxy.api), deadline);
  return engine == stack::Health::ok ? engine : said;
}

base::Result<std::vector<ServedModel>> ask_models(const Proxy& proxy) {
  net::GetOptions options{.deadline = deadline};
  options.headers.push_back({.name = "Authorization", .value = "Bearer " + proxy.token});
  const auto answer = net::blocking_get(proxy.url, "/v1/models", options);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 401 || answer->status == 403)
    return std::unexpected("it refuses the token; AUTOSRE_TOKEN_FILE names the file that holds it");
  if (answer->status != 200)
    return std::unexpected("its /v1/models answers " + std::to_string(answer->status));
  return parse_models(answer->body);
}

}  // namespace agent
