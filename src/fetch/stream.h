// A connection to one checked address, with or without TLS.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/error.h"
#include "fetch/tls_session.h"
#include "net/task.h"

namespace fetch {

namespace asio = boost::asio;

class Stream {
 public:
  explicit Stream(asio::io_context& io) : io_(io), socket_(io) {}

  // Tries the addresses in turn. The error says why none answered.
  net::Task<base::Result<void>> connect(std::vector<asio::ip::tcp::endpoint> endpoints);
  net::Task<base::Result<void>> start_tls(const TlsContext& context, std::string host);

  // What came, decrypted; empty when the server has closed the connection.
  net::Task<base::Result<std::string>> read();
  net::Task<base::Result<void>> write(std::string bytes);

  // "h2", "http/1.1" or empty: what the server chose.
  std::string_view protocol() const { return tls_ ? tls_->protocol() : std::string_view(); }
  // Ends all waits.
  void close();

 private:
  net::Task<base::Result<void>> send(std::string bytes);
  net::Task<base::Result<std::string>> receive();

  asio::io_context& io_;
  asio::ip::tcp::socket socket_;
  std::optional<TlsSession> tls_;
};

}  // namespace fetch
