// Fetches a page as a browser opens it: resolves, checks and pins the address, speaks TLS and HTTP
// as Chrome does, follows redirects, each checked anew.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "fetch/address_policy.h"
#include "fetch/cookies.h"
#include "fetch/request.h"
#include "fetch/resolver.h"
#include "fetch/tls_session.h"
#include "net/task.h"

namespace fetch {

struct ClientOptions {
  AddressPolicy policy = {};
  std::string trust = {};                      // PEM file of authorities; empty: the system's
  size_t max_body = 20u << 20;                 // bytes that are kept of a body, as it comes
  size_t max_decoded = 50u << 20;              // and of it decoded
  std::chrono::milliseconds deadline{30'000};  // of all, redirects included
};

struct Page {
  Url url;                   // after the redirects
  std::vector<Url> via;      // the addresses before it, in order
  Response response;         // its body decoded
  std::string problem = {};  // what is wrong with the end of the body
};

class Client {
 public:
  Client(asio::io_context& io, ClientOptions options)
      : io_(io), options_(std::move(options)), resolver_(io) {}

  net::Task<std::expected<Page, Failure>> fetch(Request request);

 private:
  using Endpoints = std::vector<asio::ip::tcp::endpoint>;
  net::Task<std::expected<Page, Failure>> follow(Request request);
  net::Task<std::expected<Response, Failure>> exchange(const Request& request);
  net::Task<std::expected<Endpoints, Failure>> checked_endpoints(const Url& url);
  const TlsContext& tls();

  asio::io_context& io_;
  ClientOptions options_;
  Resolver resolver_;
  std::unique_ptr<TlsContext> tls_;  // made when it is first needed
};

}  // namespace fetch
