#include "net/listening.h"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.h"

namespace net {
namespace {

using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr int most_waiting = 4096;
// The connections that are open must end before there are descriptors again.
constexpr std::chrono::milliseconds pause_without_descriptors{100};

}  // namespace

uint16_t listen(tcp::acceptor& acceptor, const Endpoint& wanted) {
  const std::string what = "cannot listen on " + wanted.address + ":" + std::to_string(wanted.port);
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(wanted.address, error);
  if (error)
    throw base::Error(what, "the address is not numeric", "use 127.0.0.1, for example",
                      base::Exit::usage);
  const tcp::endpoint endpoint(address, wanted.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint, error);
  if (error == asio::error::address_in_use)
    throw base::Error(what, "the port is taken by another process",
                      "end that process or choose another port", base::Exit::held);
  if (error) throw base::Error(what, error.message());
  acceptor.listen(most_waiting);
  return acceptor.local_endpoint().port();
}

Task<void> accept(tcp::acceptor& acceptor, std::function<void(tcp::socket)> take,
                  std::function<void(const std::string&)> warn) {
  asio::steady_timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      warn("cannot accept a connection: " + error.message());
      pause.expires_after(pause_without_descriptors);
      co_await pause.async_wait(as_result);
      continue;
    }
    try {
      take(std::move(socket));
    } catch (const std::exception& failure) {
      warn(std::string("cannot take a connection: ") + failure.what());
    }
  }
}

}  // namespace net
