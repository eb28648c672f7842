// A WebSocket to a browser that others run.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "base/error.h"
#include "cdp/transport.h"
#include "net/task.h"
#include "net/url.h"

namespace cdp {

// `url` is of the WebSocket itself; its path may hold a query. The error says what failed, without
// the path, which may hold a token.
net::Task<base::Result<std::unique_ptr<Transport>>> connect_websocket(
    boost::asio::io_context& io, net::Url url, std::chrono::milliseconds deadline);

}  // namespace cdp
