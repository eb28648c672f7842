// One answer's way to the client, with a time that the test makes up.
#include "gateway/exchange.h"

#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "net/loopback.h"
#include "protocol/anthropic/sink.h"

namespace gateway {
namespace {

using Json = nlohmann::json;
using net::Outcome;

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() : ends_(net::connected(io_)), client_(io_, std::move(ends_.first), {}) { ask(); }

  void ask(const std::string& method = "POST", bool http10 = false) {
    exchange_.reset();
    net::RequestHead head;
    head.method = method;
    head.target = "/v1/messages";
    head.keep_alive = true;
    head.http10 = http10;
    exchange_.emplace(gateway_, client_, head);
  }
  void pass(std::chrono::seconds time) {
    gateway_.now += time;
    exchange_->tick();
  }
  void await(net::Task<void> task) {
    bool done = false;
    net::asio::co_spawn(io_, std::move(task), [&done](std::exception_ptr) { done = true; });
    EXPECT_TRUE(net::run_until(io_, [&done] { return done; }));
  }
  // What the client has got since the last look.
  std::string got() {
    std::string text = ends_.second.got();
    ends_.second.forget();
    return text;
  }
  static Options options() {
    Options options;
    options.upstream = {"127.0.0.1", 1, ""};
    return options;
  }

  net::asio::io_context io_;
  Gateway gateway_{io_, options()};
  std::pair<net::asio::ip::tcp::socket, net::Peer> ends_;
  net::ClientConnection client_;
  std::optional<Exchange> exchange_;
};

void append_ping(std::string& out) {
  out += anthropic::ping_event;
}

constexpr std::string_view ping_chunk =
    "00000023\r\nevent: ping\ndata: {\"type\":\"ping\"}\n\n\r\n";

TEST_F(ExchangeTest, RepliesWithAHeadAndABody) {
  await(exchange_->reply(200, "application/json", "{}", "x-a: b\r\n"));
  const std::string text = got();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
  EXPECT_TRUE(text.contains("\r\ncontent-type: application/json\r\n"));
  EXPECT_TRUE(text.contains("\r\nrequest-id: " + exchange_->request_id() + "\r\n"));
  EXPECT_TRUE(text.contains("\r\ncontent-length: 2\r\n"));
  EXPECT_TRUE(text.contains("\r\nx-a: b\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n{}"));
  EXPECT_FALSE(text.contains("connection: close"));
}

TEST_F(ExchangeTest, SendsNoBodyToHead) {
  ask("HEAD");
  await(exchange_->reply(200, "text/plain", "hello"));
  const std::string text = got();
  EXPECT_TRUE(text.contains("content-length: 5\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST_F(ExchangeTest, SaysWhenItWillClose) {
  exchange_->close_after();
  await(exchange_->reply(200, "text/plain", ""));
  EXPECT_TRUE(got().contains("\r\nconnection: close\r\n"));
  EXPECT_FALSE(exchange_->keep_alive());
}

// E05
TEST_F(ExchangeTest, RepliesWithAnErrorInTheApisShape) {
  await(exchange_->reply_error({chat::ErrorKind::overloaded, "loading", 7, "true"}));
  const std::string text = got();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 529 Overloaded\r\n")) << text;
  EXPECT_TRUE(text.contains("\r\nretry-after: 7\r\n"));
  EXPECT_TRUE(text.contains("\r\nx-should-retry: true\r\n"));
  const Json body = Json::parse(text.substr(text.find("\r\n\r\n") + 4));
  EXPECT_EQ(body["type"], "error");
  EXPECT_EQ(body["error"]["type"], "overloaded_error");
  EXPECT_EQ(body["request_id"], exchange_->request_id());
}

TEST_F(ExchangeTest, SendsEventsInChunks) {
  exchange_->begin_events();
  exchange_->open_chunk() += "event: a\n\n";
  exchange_->close_chunk();
  exchange_->send_now();
  const std::string text = got();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream")) << text;
  EXPECT_TRUE(text.contains("\r\ncache-control: no-cache\r\n"));
  EXPECT_TRUE(text.contains("\r\ntransfer-encoding: chunked\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n0000000a\r\nevent: a\n\n\r\n"));
  await(exchange_->end_events());
  EXPECT_EQ(got(), "0\r\n\r\n");
}

TEST_F(ExchangeTest, NoticesThatTheClientIsNotThereForTheEnd) {
  exchange_->begin_events();
  ends_.second.reset();
  await(exchange_->end_events());
  EXPECT_EQ(exchange_->aborted(), Exchange::Abort::client_left);
}

// An empty chunk would be the end.
TEST_F(ExchangeTest, SendsNoEmptyChunk) {
  exchange_->begin_events();
  exchange_->send_now();
  got();
  exchange_->open_chunk();
  exchange_->close_chunk();
  exchange_->close_chunk();
  exchange_->send_now();
  EXPECT_EQ(got(), "");
}

TEST_F(ExchangeTest, SendsPlainEventsToAnOldClientAndCloses) {
  ask("POST", true);
  exchange_->begin_events();
  exchange_->open_chunk() += "event: a\n\n";
  exchange_->close_chunk();
  await(exchange_->end_events());
  const std::string text = got();
  EXPECT_FALSE(text.contains("chunked"));
  EXPECT_TRUE(text.ends_with("\r\n\r\nevent: a\n\n"));
  EXPECT_FALSE(exchange_->keep_alive());
}

// S12: the status stays open for a while, then the head and pings go out.
TEST_F(ExchangeTest, SendsHeadAndPingsWhileNothingComes) {
  exchange_->expect_events(append_ping);
  pass(std::chrono::seconds(2));
  EXPECT_EQ(got(), "");
  EXPECT_FALSE(exchange_->events_begun());
  pass(std::chrono::seconds(1));
  EXPECT_TRUE(exchange_->events_begun());
  EXPECT_TRUE(got().contains("text/event-stream"));
  // S13, S14
  for (int i = 0; i < 5; ++i) {
    pass(std::chrono::seconds(8));
    EXPECT_EQ(got(), "");
    pass(std::chrono::seconds(1));
    EXPECT_EQ(got(), ping_chunk);
  }
}

TEST_F(ExchangeTest, SendsNoPingWhileEventsGo) {
  exchange_->expect_events(append_ping);
  exchange_->begin_events();
  exchange_->send_now();
  got();
  for (int i = 0; i < 5; ++i) {
    pass(std::chrono::seconds(8));
    exchange_->open_chunk() += "x";
    exchange_->close_chunk();
    exchange_->send_now();
    EXPECT_EQ(got(), "00000001\r\nx\r\n");
  }
}

TEST_F(ExchangeTest, SendsNoPingAfterTheEnd) {
  exchange_->expect_events(append_ping);
  exchange_->begin_events();
  await(exchange_->end_events());
  got();
  pass(std::chrono::seconds(60));
  EXPECT_EQ(got(), "");
}

// E08: an answer may take as long as it likes, if only it moves.
TEST_F(ExchangeTest, GivesUpAnUpstreamThatStandsStill) {
  bool told = false;
  exchange_->on_abort = [&told] { told = true; };
  exchange_->expect_events(append_ping);
  for (int i = 0; i < 10; ++i) {
    pass(std::chrono::seconds(1700));
    exchange_->upstream_alive();
  }
  EXPECT_FALSE(told);
  pass(std::chrono::seconds(1801));
  EXPECT_TRUE(told);
  EXPECT_EQ(exchange_->aborted(), Exchange::Abort::upstream_idle);
}

TEST_F(ExchangeTest, TellsItsFirstAbortOnly) {
  int told = 0;
  exchange_->on_abort = [&told] { ++told; };
  exchange_->abort(Exchange::Abort::client_left);
  exchange_->abort(Exchange::Abort::shutdown);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(exchange_->aborted(), Exchange::Abort::client_left);
}

TEST_F(ExchangeTest, IsKnownToTheGatewayWhileItLives) {
  EXPECT_EQ(gateway_.exchanges.size(), 1u);
  exchange_.reset();
  EXPECT_TRUE(gateway_.exchanges.empty());
}

TEST_F(ExchangeTest, KeepsNoConnectionWhileDraining) {
  gateway_.draining = true;
  ask();
  EXPECT_FALSE(exchange_->keep_alive());
}

// S24
TEST(RandomId, NeverComesAgain) {
  std::set<std::string> ids;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = random_id("msg_");
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef", 4), id.npos) << id;
    EXPECT_TRUE(ids.insert(id).second);
  }
}

}  // namespace
}  // namespace gateway
