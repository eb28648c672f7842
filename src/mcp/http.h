// The Streamable HTTP front, for tests and for clients that do not start processes: POST /mcp, an
// answer as JSON or, once a call has something to say before its end, as events.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include "mcp/tool.h"
#include "net/url.h"

namespace mcp {

// Serves until SIGTERM or SIGINT; calls `on_ready` with the port once it listens. Throws
// base::Error when it cannot listen, or the address is not this machine's own.
void serve_http(const std::function<Server(boost::asio::io_context&)>& make,
                const net::Endpoint& listen, const std::function<void(int port)>& on_ready);

}  // namespace mcp
