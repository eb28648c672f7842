// A SOCKS5 server on loopback through which a browser of ours makes all its connections. It
// resolves the names itself and connects only to addresses that its policy has passed, so that
// redirects, frames, workers, WebSockets and names that resolve anew are all held to it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/error.h"
#include "net/task.h"

namespace cdp {

class Gate {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
  // Where to connect for a host and port, or why not.
  using Policy = std::function<net::Task<base::Result<Endpoints>>(std::string host, uint16_t port)>;

  Gate(boost::asio::io_context& io, Policy policy);
  // Closes all connections.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  uint16_t port() const;
  // Why the last connection to the host was refused or failed; empty when it was not.
  std::string refusal(const std::string& host) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cdp
