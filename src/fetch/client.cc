#include "fetch/client.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/strings.h"
#include "fetch/decode.h"
#include "fetch/exchange.h"
#include "fetch/redirect.h"
#include "fetch/stream.h"

namespace fetch {
namespace {

Failure not_reached(const Url& url, const std::string& why) {
  return {fmt::format("{} cannot be reached: {}", url.authority(), why),
          "check the address; the server may be down, try again later"};
}

Failure without_trust(const Url& url, const std::string& why) {
  return {fmt::format("no secure connection to {}: {}", url.authority(), why),
          "the page cannot be trusted as it is; look for the same content at another address"};
}

std::optional<Failure> decode_body(Page& page, size_t limit) {
  Response& response = page.response;
  auto decoded = decode_content(response.header("content-encoding"), std::move(response.body),
                                limit, response.is_cut);
  if (!decoded)
    return Failure{
        fmt::format("the answer of {} cannot be read: {}", page.url.authority(), decoded.error())};
  if (decoded->bytes.empty() && !decoded->problem.empty())
    return Failure{
        fmt::format("the answer of {} cannot be read: {}", page.url.authority(), decoded->problem),
        "try again"};
  response.body = std::move(decoded->bytes);
  response.is_cut = response.is_cut || decoded->is_cut;
  page.problem = std::move(decoded->problem);
  return std::nullopt;
}

}  // namespace

const TlsContext& Client::tls() {
  if (!tls_) tls_ = std::make_unique<TlsContext>(options_.trust);
  return *tls_;
}

net::Task<std::expected<Page, Failure>> Client::fetch(Request request) {
  using namespace asio::experimental::awaitable_operators;
  const std::string address = request.url.href();
  asio::steady_timer timer(io_, options_.deadline);
  auto work = follow(std::move(request));
  auto too_late = timer.async_wait(asio::use_awaitable);
  auto outcome = co_await (std::move(work) || std::move(too_late));
  if (outcome.index() == 0) co_return std::move(std::get<0>(outcome));
  const auto seconds = std::chrono::duration<double>(options_.deadline).count();
  co_return std::unexpected(Failure{fmt::format("{} took longer than {:g} s", address, seconds),
                                    "try again later, or another source"});
}

net::Task<std::expected<Page, Failure>> Client::follow(Request request) {
  Cookies cookies;
  Page page;
  while (true) {
    request.cookies = cookies.header_for(request.url);
    auto response = co_await exchange(request);
    if (!response) co_return std::unexpected(response.error());
    for (const net::Header& header : response->headers) {
      if (base::equals_ignoring_case(header.name, "set-cookie"))
        cookies.store(request.url, header.value);
    }
    auto next = redirected(request, *response);
    if (!next) co_return std::unexpected(next.error());
    if (!*next) {
      page.url = request.url;
      page.response = std::move(*response);
      if (auto failure = decode_body(page, options_.max_decoded))
        co_return std::unexpected(std::move(*failure));
      co_return page;
    }
    page.via.push_back(request.url);
    if (page.via.size() > max_redirects)
      co_return std::unexpected(
          Failure{fmt::format("{} redirects more than {} times, last to {}",
                              page.via.front().href(), max_redirects, (*next)->url.href()),
                  "it may want a login or cookies; try another source"});
    request = std::move(**next);
  }
}

net::Task<std::expected<Client::Endpoints, Failure>> Client::checked_endpoints(const Url& url) {
  if (is_blocked_port(url.port))
    co_return std::unexpected(Failure{fmt::format("port {} is no port for web pages", url.port)});
  const auto addresses = co_await resolver_.resolve(url.host);
  if (!addresses)
    co_return std::unexpected(
        Failure{fmt::format("the name {} has no address: {}", url.host, addresses.error()),
                "check its spelling"});
  Endpoints endpoints;
  std::string refusal;
  for (const ip::address& address : *addresses) {
    if (const auto what = options_.policy.refusal(address)) {
      refusal = fmt::format("{} is {}", address.to_string(), *what);
    } else {
      endpoints.emplace_back(address, url.port);
    }
  }
  if (!endpoints.empty()) co_return endpoints;
  co_return std::unexpected(Failure{fmt::format("{} is not fetched: {}", url.authority(),
                                                refusal.empty() ? "no address" : refusal),
                                    "only public addresses are, and those in the CIDRs of "
                                    "AUTOSRE_FETCH_ALLOW, which the user sets"});
}

net::Task<std::expected<Response, Failure>> Client::exchange(const Request& request) {
  const Url& url = request.url;
  auto endpoints = co_await checked_endpoints(url);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  Stream stream(io_);
  const auto connected = co_await stream.connect(std::move(*endpoints));
  if (!connected) co_return std::unexpected(not_reached(url, connected.error()));
  if (url.is_secure) {
    const TlsContext& context = tls();
    std::string host = url.host;
    const auto secured = co_await stream.start_tls(context, std::move(host));
    if (!secured) co_return std::unexpected(without_trust(url, secured.error()));
  }
  const auto http = stream.protocol() == "h2" ? http2_exchange(request, options_.max_body)
                                              : http1_exchange(request, options_.max_body);
  while (!http->is_done()) {
    std::string output = http->take_output();
    const auto sent = co_await stream.write(std::move(output));
    if (!sent) co_return std::unexpected(not_reached(url, sent.error()));
    const auto bytes = co_await stream.read();
    if (!bytes) co_return std::unexpected(not_reached(url, bytes.error()));
    http->feed(*bytes);
  }
  if (!http->problem().empty())
    co_return std::unexpected(
        Failure{fmt::format("no whole answer from {}: {}", url.authority(), http->problem()),
                "try again later"});
  co_return http->take_response();
}

}  // namespace fetch
