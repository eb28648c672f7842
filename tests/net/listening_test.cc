#include "net/listening.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"
#include "loopback.h"

namespace net {
namespace {

using asio::ip::tcp;

const Endpoint any_port{.address = "127.0.0.1", .port = 0};

class ListeningTest : public testing::Test {
 protected:
  base::Exit exit_of_listening(const Endpoint& wanted) {
    tcp::acceptor other(io_);
    try {
      listen(other, wanted);
    } catch (const base::Error& error) {
      EXPECT_NE(error.why(), "");
      return error.code();
    }
    return base::Exit::ok;
  }

  void start() {
    const auto take = [this](tcp::socket socket) {
      if (throws_) throw std::runtime_error("no room");
      taken_.push_back(std::move(socket));
    };
    const auto warn = [this](const std::string& what) { warnings_.push_back(what); };
    asio::co_spawn(io_, accept(acceptor_, take, warn), [this](std::exception_ptr thrown) {
      EXPECT_FALSE(thrown);
      ended_ = true;
    });
  }

  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  bool throws_ = false;
  bool ended_ = false;
  std::vector<tcp::socket> taken_;
  std::vector<std::string> warnings_;
};

TEST_F(ListeningTest, APortIsChosenAndThenTaken) {
  const uint16_t port = listen(acceptor_, any_port);
  EXPECT_GT(port, 0);
  EXPECT_EQ(exit_of_listening({.address = "127.0.0.1", .port = port}), base::Exit::held);
}

TEST_F(ListeningTest, ANameIsNoAddress) {
  EXPECT_EQ(exit_of_listening({.address = "localhost", .port = 0}), base::Exit::usage);
}

TEST_F(ListeningTest, AnAddressOfAnotherMachineIsAnError) {
  EXPECT_EQ(exit_of_listening({.address = "192.0.2.1", .port = 0}), base::Exit::failed);
}

TEST_F(ListeningTest, ConnectionsAreTakenUntilTheAcceptorIsClosed) {
  const uint16_t port = listen(acceptor_, any_port);
  start();
  const Peer first = Peer::connected_to(port);
  const Peer second = Peer::connected_to(port);
  EXPECT_TRUE(run_until(io_, [this] { return taken_.size() == 2; }));
  acceptor_.close();
  EXPECT_TRUE(run_until(io_, [this] { return ended_; }));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(ListeningTest, WhatTakingThrowsCostsThatConnectionOnly) {
  const uint16_t port = listen(acceptor_, any_port);
  start();
  throws_ = true;
  Peer first = Peer::connected_to(port);
  EXPECT_TRUE(run_until(io_, [&] { return first.ended(); }));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("no room"), std::string::npos);
  throws_ = false;
  const Peer second = Peer::connected_to(port);
  EXPECT_TRUE(run_until(io_, [this] { return taken_.size() == 1; }));
}

}  // namespace
}  // namespace net
