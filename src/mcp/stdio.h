// The stdio front: one message a line on stdin and stdout.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include "mcp/tool.h"

namespace mcp {

// Serves until stdin ends, the reader of stdout has gone, or SIGTERM or SIGINT. Calls that run when
// stdin ends get a second to answer. While it runs, descriptor 1 is stderr, so that nothing but
// messages reaches the client.
void serve_stdio(const std::function<Server(boost::asio::io_context&)>& make);

}  // namespace mcp
