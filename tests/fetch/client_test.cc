#include "fetch/client.h"

#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include "net/loopback.h"

namespace fetch {
namespace {

// A port of loopback that takes connections and never answers.
class FetchClient : public testing::Test {
 protected:
  FetchClient() : silent_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {}

  std::string failure_of(ClientOptions options, const std::string& url) {
    Client client(io_, std::move(options));
    Request request{.url = *parse_url(url)};
    auto task = client.fetch(std::move(request));
    const auto page = net::Outcome<std::expected<Page, Failure>>(io_, std::move(task)).wait();
    return page ? "nothing" : page.error().text();
  }
  std::string silent_url(const std::string& host) {
    return "http://" + host + ":" + std::to_string(silent_.local_endpoint().port()) + "/";
  }
  bool was_connected() {
    boost::system::error_code error;
    silent_.non_blocking(true);
    asio::ip::tcp::socket socket(io_);
    silent_.accept(socket, error);
    return !error;
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor silent_;
};

TEST_F(FetchClient, ConnectsToNoRefusedAddress) {
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "2130706433"}) {
    const std::string failure = failure_of({}, silent_url(host));
    EXPECT_NE(failure.find("is not fetched: "), std::string::npos) << failure;
    EXPECT_NE(failure.find("loopback"), std::string::npos) << failure;
    EXPECT_FALSE(was_connected()) << host;
  }
}

TEST_F(FetchClient, EndsAtItsDeadline) {
  ClientOptions options{.policy = AddressPolicy("127.0.0.0/8")};
  options.deadline = std::chrono::milliseconds(200);
  EXPECT_EQ(
      failure_of(options, silent_url("127.0.0.1")),
      silent_url("127.0.0.1") + " took longer than 0.2 s — try again later, or another source");
  EXPECT_TRUE(was_connected());
}

TEST_F(FetchClient, SaysThatNobodyListens) {
  const std::string url = silent_url("127.0.0.1");
  silent_.close();
  const std::string failure = failure_of({.policy = AddressPolicy("127.0.0.0/8")}, url);
  EXPECT_NE(failure.find("cannot be reached: Connection refused"), std::string::npos) << failure;
}

TEST_F(FetchClient, KeepsOffPortsOfOtherProtocols) {
  EXPECT_EQ(failure_of({.policy = AddressPolicy("127.0.0.0/8")}, "http://127.0.0.1:25/"),
            "port 25 is no port for web pages");
}

TEST_F(FetchClient, SaysThatANameHasNoAddress) {
  const std::string failure = failure_of({}, "https://no-such-host.invalid/");
  EXPECT_TRUE(failure.starts_with("the name no-such-host.invalid has no address: ")) << failure;
}

}  // namespace
}  // namespace fetch
