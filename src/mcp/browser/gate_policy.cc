#include "mcp/browser/gate_policy.h"

#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fetch/address_policy.h"
#include "net/deadline.h"

namespace mcp::browser {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds resolve_deadline{15};

using Endpoints = base::Result<cdp::Gate::Endpoints>;

Task<Endpoints> decide(asio::io_context& io, std::shared_ptr<const ::fetch::AddressPolicy> policy,
                       std::string host, uint16_t port) {
  tcp::resolver resolver(io);
  const auto give_up = [&resolver] { resolver.cancel(); };
  const net::Deadline deadline(io, resolve_deadline, give_up);
  const std::string service = std::to_string(port);
  const auto [failed, found] = co_await resolver.async_resolve(host, service, as_result);
  if (failed) co_return std::unexpected(host + " has no address: " + failed.message());
  cdp::Gate::Endpoints endpoints;
  std::string refused;
  for (const auto& entry : found) {
    const auto why = policy->refusal(entry.endpoint().address());
    if (!why)
      endpoints.push_back(entry.endpoint());
    else
      refused = entry.endpoint().address().to_string() + " is " + *why;
  }
  // A name with both kinds of addresses is refused: the next look-up may give only the other.
  if (!refused.empty())
    co_return std::unexpected(refused + ", which is refused unless AUTOSRE_FETCH_ALLOW holds it");
  co_return endpoints;
}

}  // namespace

cdp::Gate::Policy gate_policy(asio::io_context& io, const std::string& allowed) {
  const auto policy = std::make_shared<const ::fetch::AddressPolicy>(allowed);
  return [&io, policy](std::string host, uint16_t port) {
    return decide(io, policy, std::move(host), port);
  };
}

}  // namespace mcp::browser
