// Where the WebSocket of a browser that others run is found: Chromium's own debugging port and
// browserless, which starts a browser for each WebSocket, answer differently.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "base/error.h"
#include "cdp/transport.h"
#include "net/task.h"
#include "net/url.h"

namespace cdp {

struct RemoteAddress {
  net::Url url;               // "http://10.96.0.33:3010", or of the WebSocket itself
  bool is_websocket = false;  // nothing need be asked
  std::string token;          // empty: none is needed
};

// "http://host:port", "ws://host:port/devtools/browser/ID". Pure.
base::Result<RemoteAddress> parse_remote_address(std::string_view text, std::string token);

// The WebSocket's address from the answer of /json/version. Pure.
net::Url websocket_of(const RemoteAddress& address, std::string_view version_answer,
                      std::chrono::milliseconds life);

// `life`: how long the browser is to live at most, where the service has to be told.
net::Task<base::Result<std::unique_ptr<Transport>>> connect_remote(
    boost::asio::io_context& io, RemoteAddress address, std::chrono::milliseconds life,
    std::chrono::milliseconds deadline);

}  // namespace cdp
