#include "cdp/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/loopback.h"

namespace cdp {
namespace {

using namespace std::chrono_literals;

// A browser whose words the test writes.
class FakeTransport : public Transport {
 public:
  struct Far {
    std::vector<std::string> sent;
    Sink sink;
  };
  explicit FakeTransport(Far& far) : far_(far) {}
  void start(Sink sink) override { far_.sink = std::move(sink); }
  void send(std::string message) override { far_.sent.push_back(std::move(message)); }

 private:
  Far& far_;
};

class CdpConnection : public testing::Test {
 protected:
  boost::asio::io_context io;
  FakeTransport::Far far;
  Connection connection{io, std::make_unique<FakeTransport>(far)};
};

TEST_F(CdpConnection, GivesEachCallItsOwnAnswer) {
  net::Outcome first(io, connection.call("A", "Page.enable"));
  net::Outcome second(io, connection.call("B", "Page.enable"));
  ASSERT_EQ(far.sent.size(), 2U);
  far.sink.on_message(R"({"id":2,"result":{"n":2}})");
  far.sink.on_message(R"({"id":1,"error":{"message":"no"}})");
  EXPECT_EQ((*second.wait())->body["n"].integer(), 2);
  ASSERT_FALSE(first.wait());
  EXPECT_EQ(first.wait().error().kind, Failure::Kind::refused);
  EXPECT_EQ(first.wait().error().message, "Page.enable: no");
}

TEST_F(CdpConnection, EndsAWaitWhenItsTimeIsOver) {
  net::Outcome call(io, connection.call("", "Page.enable", {}, 20ms));
  ASSERT_FALSE(call.wait());
  EXPECT_EQ(call.wait().error().kind, Failure::Kind::late);
  far.sink.on_message(R"({"id":1,"result":{}})");  // too late for anybody
}

TEST_F(CdpConnection, EndsAllWaitsWithTheConnection) {
  bool told = false;
  connection.on_end([&] { told = true; });
  net::Outcome call(io, connection.call("", "Page.enable"));
  far.sink.on_end("the browser has ended");
  ASSERT_FALSE(call.wait());
  EXPECT_EQ(call.wait().error().kind, Failure::Kind::gone);
  EXPECT_TRUE(told);
  EXPECT_EQ(connection.why_ended(), "the browser has ended");
  net::Outcome next(io, connection.call("", "Page.enable"));
  EXPECT_EQ(next.wait().error().kind, Failure::Kind::gone);
  EXPECT_EQ(far.sent.size(), 1U);
}

TEST_F(CdpConnection, FailsTheCallWhoseAnswerIsTooLong) {
  net::Outcome call(io, connection.call("", "Page.captureScreenshot"));
  far.sink.on_oversized(R"({"id":1,"result":{"data":"aaaa)");
  ASSERT_FALSE(call.wait());
  EXPECT_EQ(call.wait().error().kind, Failure::Kind::too_long);
}

TEST_F(CdpConnection, EndsTheWaitsOfASessionThatHasGone) {
  net::Outcome lost(io, connection.call("A", "Page.enable"));
  net::Outcome other(io, connection.call("B", "Page.enable"));
  connection.abandon("A", "the tab was closed");
  ASSERT_FALSE(lost.wait());
  EXPECT_EQ(lost.wait().error().kind, Failure::Kind::gone);
  EXPECT_FALSE(other.is_there());
}

TEST_F(CdpConnection, HandsOutEventsAndPassesOverWhatIsNoMessage) {
  std::vector<std::string> methods;
  connection.on_event(
      [&](const Message& event) { methods.push_back(event.session + event.method); });
  far.sink.on_message("not JSON");
  far.sink.on_message(R"({"method":"Page.loadEventFired","params":{},"sessionId":"S/"})");
  far.sink.on_message(R"({"id":99,"result":{}})");
  EXPECT_THAT(methods, testing::ElementsAre("S/Page.loadEventFired"));
}

}  // namespace
}  // namespace cdp
