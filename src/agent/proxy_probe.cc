#include "agent/proxy_probe.h"

#include <chrono>

#include <fmt/format.h>

#include "base/strings.h"
#include "config/ports.h"
#include "net/blocking_get.h"
#include "sys/files.h"

namespace agent {
namespace {

constexpr std::chrono::seconds deadline{3};

net::Url parse_address(const std::string& text) {
  const auto url = net::parse_url(text);
  if (!url)
    throw base::Error("'" + text + "' is not the address of a proxy", url.error(), "",
                      base::Exit::usage);
  return *url;
}

std::string read_token(const std::string& file) {
  if (file.empty()) return "local";
  const auto text = sys::read_file(file);
  if (!text || base::trim(*text).empty())
    throw base::Error("cannot use the token file " + file, text ? "it is empty" : "there is none",
                      "correct AUTOSRE_TOKEN_FILE");
  return std::string(base::trim(*text));
}

}  // namespace

Proxy find_proxy(const LaunchRequest& request, int port, const config::Environment& environment) {
  const std::string local = fmt::format("http://127.0.0.1:{}", port);
  const auto token_file = environment.find("AUTOSRE_TOKEN_FILE");
  Proxy proxy{.url = parse_address(request.proxy_url.empty() ? local : request.proxy_url),
              .api = {},
              .token = {},
              .token_file = token_file == environment.end() ? "" : token_file->second};
  proxy.token = read_token(proxy.token_file);
  proxy.api = request.api_url.empty()
                  ? net::Url{.host = proxy.url.host, .port = config::api_port, .path = ""}
                  : parse_address(request.api_url);
  return proxy;
}

std::string text_of(const net::Url& url) {
  return "http://" + url.authority() + url.path;
}

stack::Health ask_health(const Proxy& proxy) {
  const stack::Health said = stack::ask_health(text_of(proxy.url), deadline);
  if (said == stack::Health::ok || said == stack::Health::unreachable) return said;
  const stack::Health engine = stack::ask_health(text_of(proxy.api), deadline);
  return engine == stack::Health::ok ? engine : said;
}

base::Result<std::string> ask_model_list(const Proxy& proxy) {
  net::GetOptions options{.deadline = deadline};
  options.headers.push_back({.name = "Authorization", .value = "Bearer " + proxy.token});
  auto answer = net::blocking_get(proxy.url, "/v1/models", options);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 401 || answer->status == 403)
    throw base::Error("the proxy at " + text_of(proxy.url) + " refuses this launch",
                      proxy.token_file.empty() ? "it wants a token" : "its token is another",
                      "set AUTOSRE_TOKEN_FILE to the file that holds it");
  if (answer->status != 200)
    return std::unexpected("its /v1/models answers " + std::to_string(answer->status));
  return std::move(answer->body);
}

base::Result<std::vector<ServedModel>> ask_models(const Proxy& proxy) {
  const auto body = ask_model_list(proxy);
  if (!body) return std::unexpected(body.error());
  return parse_models(*body);
}

base::Error unreachable(const Proxy& proxy, const std::string& why) {
  return base::Error("the proxy at " + text_of(proxy.url) + " cannot be reached", why,
                     "run `autosre start --local`");
}

void require_health(const Proxy& proxy) {
  switch (ask_health(proxy)) {
    case stack::Health::ok:
      return;
    case stack::Health::unreachable:
      throw unreachable(proxy, "nothing answers there");
    case stack::Health::loading:
      throw base::Error("the model is still loading", "", "`autosre status` shows how far it is");
    case stack::Health::error:
      break;
  }
  throw base::Error("the model does not answer", "the proxy at " + text_of(proxy.url) + " says so",
                    "see `autosre status`, or run `autosre start --local`");
}

}  // namespace agent
