// Listening on an address, and taking the connections that come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/task.h"
#include "net/url.h"

namespace net {

// Returns the port. Throws base::Error: Exit::usage when the address is not numeric, Exit::held
// when another process has the port.
uint16_t listen(asio::ip::tcp::acceptor& acceptor, const Endpoint& wanted);

// Hands on each connection until the acceptor is closed. Having no descriptor left, or what `take`
// throws, costs that connection only, and `warn` is told.
Task<void> accept(asio::ip::tcp::acceptor& acceptor,
                  std::function<void(asio::ip::tcp::socket)> take,
                  std::function<void(const std::string& what)> warn);

}  // namespace net
