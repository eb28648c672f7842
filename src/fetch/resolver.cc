#include "fetch/resolver.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

namespace fetch {
namespace {

using Addresses = std::vector<asio::ip::address>;

// Seconds that a name server is waited for, and how often it is asked, when the system says
// nothing.
constexpr int patience = 3;
constexpr int tries = 2;

asio::ip::address address_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

base::Result<Addresses> look_up(const std::string& host) {
  if (::res_init() == 0) {
    _res.retrans = std::min(_res.retrans, patience);
    _res.retry = std::min(_res.retry, tries);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return std::unexpected(::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* entry = found; entry; entry = entry->ai_next)
    addresses.push_back(address_of(entry->ai_addr));
  return addresses;
}

// Shared by the thread and the coroutine, which may be gone before the answer is there.
struct Question {
  explicit Question(asio::io_context& io) : answered(io, asio::steady_timer::time_point::max()) {}
  asio::steady_timer answered;
  base::Result<Addresses> answer = std::unexpected("no answer");
};

}  // namespace

net::Task<base::Result<Addresses>> Resolver::resolve(std::string host) {
  boost::system::error_code error;
  const asio::ip::address literal = asio::ip::make_address(host, error);
  if (!error) co_return Addresses{literal};
  const auto question = std::make_shared<Question>(io_);
  const auto ask = [question, host = std::move(host), &io = io_] {
    auto answer = look_up(host);
    asio::post(io, [question, answer = std::move(answer)]() mutable {
      question->answer = std::move(answer);
      question->answered.cancel();
    });
  };
  asio::post(threads_, ask);
  constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
  co_await question->answered.async_wait(as_result);
  co_return std::move(question->answer);
}

}  // namespace fetch
