#include "cdp/gate.h"

#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/deadline.h"
#include "net/listening.h"

namespace cdp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds handshake_deadline{10};
constexpr std::chrono::seconds connect_deadline{20};
constexpr size_t max_refusals = 256;
constexpr size_t buffer_size = 32 << 10;

// RFC 1928.
constexpr char version = 5;
constexpr char command_connect = 1;
constexpr char address_v4 = 1;
constexpr char address_name = 3;
constexpr char address_v6 = 4;
enum class Reply : char { succeeded = 0, not_allowed = 2, host_unreachable = 4, bad_command = 7 };

// One connection of the browser and the one that it stands for.
struct Link {
  explicit Link(tcp::socket socket) : browser(std::move(socket)), site(browser.get_executor()) {}

  void close() {
    error_code ignored;
    browser.close(ignored);
    site.close(ignored);
  }

  tcp::socket browser;
  tcp::socket site;
};

struct Wanted {
  std::string host;
  uint16_t port = 0;
};

uint16_t port_of(const char* bytes) {
  return static_cast<uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                               static_cast<unsigned char>(bytes[1]));
}

Task<bool> read_exactly(tcp::socket& socket, char* to, size_t count) {
  const auto buffer = asio::buffer(to, count);
  const auto [failed, got] = co_await asio::async_read(socket, buffer, as_result);
  co_return !failed;
}

Task<bool> write_all(tcp::socket& socket, const char* bytes, size_t count) {
  const auto buffer = asio::buffer(bytes, count);
  const auto [failed, sent] = co_await asio::async_write(socket, buffer, as_result);
  co_return !failed;
}

// A reply with an address that means nothing, as is usual.
Task<bool> answer(Link& link, Reply reply) {
  const std::array<char, 10> bytes{version, static_cast<char>(reply), 0, address_v4};
  co_return co_await write_all(link.browser, bytes.data(), bytes.size());
}

// What remains of the address behind its first byte; 0 for a kind that is unknown.
size_t rest_of_address(char kind, char first) {
  if (kind == address_v4) return 3;
  if (kind == address_v6) return 15;
  return kind == address_name ? static_cast<unsigned char>(first) : 0;
}

// `bytes` are the address, after the length where it is a name.
std::string host_in(char kind, const char* bytes, size_t name_length) {
  if (kind == address_name) return {bytes, name_length};
  if (kind == address_v4) {
    asio::ip::address_v4::bytes_type raw;
    std::copy_n(bytes, raw.size(), raw.begin());
    return asio::ip::address_v4(raw).to_string();
  }
  asio::ip::address_v6::bytes_type raw;
  std::copy_n(bytes, raw.size(), raw.begin());
  return asio::ip::address_v6(raw).to_string();
}

// True when the browser was told that it need not say who it is.
Task<bool> greet(Link& link) {
  std::array<char, 256> bytes{};
  const bool begun = co_await read_exactly(link.browser, bytes.data(), 2);
  if (!begun || bytes[0] != version) co_return false;
  const size_t methods = static_cast<unsigned char>(bytes[1]);
  const bool offered = co_await read_exactly(link.browser, bytes.data(), methods);
  if (!offered) co_return false;
  const std::array<char, 2> no_authentication{version, 0};
  co_return co_await write_all(link.browser, no_authentication.data(), 2);
}

// The host and port that are asked for; empty when it is no such request.
Task<Wanted> read_request(Link& link) {
  const bool greeted = co_await greet(link);
  if (!greeted) co_return Wanted{};
  // The fifth byte is the first of the address, or the length of a name.
  std::array<char, 262> bytes{};
  const bool begun = co_await read_exactly(link.browser, bytes.data(), 5);
  if (!begun || bytes[0] != version) co_return Wanted{};
  if (bytes[1] != command_connect) {
    co_await answer(link, Reply::bad_command);
    co_return Wanted{};
  }
  const char kind = bytes[3];
  const size_t left = rest_of_address(kind, bytes[4]);
  if (left == 0) co_return Wanted{};
  const bool complete = co_await read_exactly(link.browser, bytes.data() + 5, left + 2);
  if (!complete) co_return Wanted{};
  const char* address = bytes.data() + (kind == address_name ? 5 : 4);
  co_return Wanted{.host = host_in(kind, address, left), .port = port_of(bytes.data() + 5 + left)};
}

// Carries one direction to its end, then closes the other end's writing side.
Task<void> carry([[maybe_unused]] std::shared_ptr<Link> link, tcp::socket& from, tcp::socket& to) {
  std::array<char, buffer_size> bytes;
  while (true) {
    const auto buffer = asio::buffer(bytes);
    const auto [failed, count] = co_await from.async_read_some(buffer, as_result);
    if (failed) break;
    const bool passed_on = co_await write_all(to, bytes.data(), count);
    if (!passed_on) break;
  }
  error_code ignored;
  to.shutdown(tcp::socket::shutdown_send, ignored);
  from.shutdown(tcp::socket::shutdown_receive, ignored);
}

void spawn(asio::io_context& io, Task<void> task) {
  // What goes wrong with a connection is the browser's to see: it is closed.
  asio::co_spawn(io, std::move(task), [](const std::exception_ptr&) {});
}

}  // namespace

struct Gate::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, Policy decide)
      : io(context), policy(std::move(decide)), acceptor(context) {}

  Task<void> accept(std::shared_ptr<State> self);
  Task<void> serve(std::shared_ptr<State> self, std::shared_ptr<Link> link);
  Task<bool> connect(Link& link, const Wanted& wanted);
  void note(const std::string& host, const std::string& why);

  asio::io_context& io;
  Policy policy;
  tcp::acceptor acceptor;
  std::unordered_set<Link*> links;
  std::map<std::string, std::string> refusals;
};

Gate::Gate(asio::io_context& io, Policy policy)
    : state_(std::make_shared<State>(io, std::move(policy))) {
  net::listen(state_->acceptor, {.address = "127.0.0.1", .port = 0});
  spawn(io, state_->accept(state_));
}

Gate::~Gate() {
  error_code ignored;
  state_->acceptor.close(ignored);
  for (Link* link : state_->links) link->close();
}

uint16_t Gate::port() const {
  return state_->acceptor.local_endpoint().port();
}

std::string Gate::refusal(const std::string& host) const {
  const auto found = state_->refusals.find(host);
  return found == state_->refusals.end() ? std::string() : found->second;
}

void Gate::State::note(const std::string& host, const std::string& why) {
  if (refusals.size() >= max_refusals) refusals.clear();
  refusals[host] = why;
}

Task<void> Gate::State::accept(std::shared_ptr<State> self) {
  const auto take = [this, self](tcp::socket socket) {
    spawn(io, serve(self, std::make_shared<Link>(std::move(socket))));
  };
  const auto warn = [](const std::string&) {};  // the browser sees it
  co_await net::accept(acceptor, take, warn);
}

Task<void> Gate::State::serve([[maybe_unused]] std::shared_ptr<State> self,
                              std::shared_ptr<Link> link) {
  struct Listed {
    State& state;
    Link& link;
    ~Listed() {
      link.close();
      state.links.erase(&link);
    }
  };
  links.insert(link.get());
  const Listed listed{*this, *link};
  const auto give_up = [&link] { link->close(); };
  bool is_connected = false;
  {
    const net::Deadline deadline(io, handshake_deadline + connect_deadline, give_up);
    const Wanted wanted = co_await read_request(*link);
    if (!wanted.host.empty()) is_connected = co_await connect(*link, wanted);
  }
  if (!is_connected) co_return;
  spawn(io, carry(link, link->site, link->browser));
  co_await carry(link, link->browser, link->site);
  // A browser does not half-close: when its side has ended all has.
}

Task<bool> Gate::State::connect(Link& link, const Wanted& wanted) {
  const auto endpoints = co_await policy(wanted.host, wanted.port);
  if (!endpoints) {
    note(wanted.host, endpoints.error());
    co_await answer(link, Reply::not_allowed);
    co_return false;
  }
  const auto [failed, endpoint] = co_await asio::async_connect(link.site, *endpoints, as_result);
  if (failed) {
    note(wanted.host, failed.message());
    co_await answer(link, Reply::host_unreachable);
    co_return false;
  }
  refusals.erase(wanted.host);
  error_code ignored;
  link.site.set_option(tcp::no_delay(true), ignored);
  link.browser.set_option(tcp::no_delay(true), ignored);
  co_return co_await answer(link, Reply::succeeded);
}

}  // namespace cdp
