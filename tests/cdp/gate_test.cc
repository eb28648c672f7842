#include "cdp/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/loopback.h"

namespace cdp {
namespace {

using boost::asio::ip::tcp;

int connect_to(uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

class CdpGate : public testing::Test {
 protected:
  CdpGate() : site(io, {boost::asio::ip::address_v4::loopback(), 0}) {}

  net::Task<base::Result<Gate::Endpoints>> decide(std::string host, uint16_t port) {
    asked.push_back(host + ":" + std::to_string(port));
    if (host != "good.example") co_return std::unexpected("10.0.0.1 is a private address");
    Gate::Endpoints endpoints;
    endpoints.push_back(site.local_endpoint());
    co_return endpoints;
  }

  static std::string request(std::string_view host) {
    std::string bytes{"\x05\x01\x00\x05\x01\x00\x03", 7};
    bytes += static_cast<char>(host.size());
    return bytes.append(host).append("\x00\x50", 2);
  }

  boost::asio::io_context io;
  tcp::acceptor site;
  std::vector<std::string> asked;
  Gate gate{io, [this](std::string host, uint16_t port) { return decide(std::move(host), port); }};
};

TEST_F(CdpGate, CarriesBothWaysWhatThePolicyPasses) {
  net::Peer browser(connect_to(gate.port()));
  browser.send(request("good.example"));
  ASSERT_TRUE(net::run_until(io, [&] { return browser.got().size() >= 12; }));
  EXPECT_EQ(browser.got().substr(0, 4), (std::string{"\x05\x00\x05\x00", 4}));
  EXPECT_THAT(asked, testing::ElementsAre("good.example:80"));
  tcp::socket far = site.accept();
  net::Peer peer(far.release());
  browser.forget();
  browser.send("question");
  ASSERT_TRUE(net::run_until(io, [&] { return peer.got() == "question"; }));
  peer.send("answer");
  ASSERT_TRUE(net::run_until(io, [&] { return browser.got() == "answer"; }));
  browser.close();
  ASSERT_TRUE(net::run_until(io, [&] { return peer.ended(); }));
}

TEST_F(CdpGate, RefusesTheRestAndKnowsWhy) {
  net::Peer browser(connect_to(gate.port()));
  browser.send(request("bad.example"));
  ASSERT_TRUE(net::run_until(io, [&] { return browser.ended(); }));
  EXPECT_EQ(browser.got().substr(2, 2), "\x05\x02");
  EXPECT_EQ(gate.refusal("bad.example"), "10.0.0.1 is a private address");
  EXPECT_EQ(gate.refusal("good.example"), "");
}

TEST_F(CdpGate, ClosesWhatSpeaksAnotherProtocol) {
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string{"\x04\x01\x00\x50", 4},
        std::string{"\x05\x01\x00\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", 13},
        std::string{"\x05\x01\x00\x05\x01\x00\x09zzz", 10}}) {
    net::Peer other(connect_to(gate.port()));
    other.send(bytes);
    EXPECT_TRUE(net::run_until(io, [&] { return other.ended(); })) << bytes;
  }
  EXPECT_THAT(asked, testing::IsEmpty());
}

}  // namespace
}  // namespace cdp
