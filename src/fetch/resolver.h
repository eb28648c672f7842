// Names to addresses by the system's resolver, in threads of its own: a name server that does not
// answer holds up nothing but its own question.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/error.h"
#include "net/task.h"

namespace fetch {

namespace asio = boost::asio;

class Resolver {
 public:
  explicit Resolver(asio::io_context& io) : io_(io), threads_(4) {}
  // Waits for questions under way, some seconds at most.
  ~Resolver() { threads_.join(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // All addresses of the host in the system's order; of an address, itself. The error is the
  // system's: "Name or service not known".
  net::Task<base::Result<std::vector<asio::ip::address>>> resolve(std::string host);

 private:
  asio::io_context& io_;
  asio::thread_pool threads_;
};

}  // namespace fetch
