// One call: its answer, and all the ways in which it does not end well.
#include "net/upstream.h"

#include <stdexcept>
#include <string>

#include "net/upstream_fixture.h"

namespace net {
namespace {

constexpr std::string_view chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(UpstreamTest, SendsTheRequestAndReadsAnAnswerOfKnownLength) {
  UpstreamCall call(pool_);
  auto head = start(call);
  Peer peer = server_.accept(io_);
  ASSERT_TRUE(run_until(io_, [&] { return peer.got().ends_with("{}"); }));
  EXPECT_TRUE(peer.got().starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  EXPECT_TRUE(peer.got().contains("host: 127.0.0.1:" + std::to_string(server_.port()) + "\r\n"));
  EXPECT_TRUE(peer.got().contains("content-length: 2\r\n"));
  peer.send("HTTP/1.1 429 Slow down\r\nRetry-After: 3\r\nContent-Length: 5\r\n\r\nhel");
  ASSERT_TRUE(head.wait());
  EXPECT_EQ(head.wait()->status, 429);
  EXPECT_EQ(head.wait()->get("retry-after"), "3");
  auto body = pump(call);
  settle();
  EXPECT_EQ(body_, "hel");
  EXPECT_FALSE(body.is_there());
  peer.send("lo");
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "hello");
}

TEST_F(UpstreamTest, SendsMoreThanTheSocketTakesAtOnce) {
  const std::string large(32u << 20, 'x');
  for (const UpstreamRequest& sent :
       {request(large), UpstreamRequest{.head = large, .body = "{}"}}) {
    const std::string expected = sent.head + sent.body;
    UpstreamCall call(pool_);
    Outcome<HeadOrFailure> head(io_, call.start(sent));
    Peer peer = server_.accept(io_);
    EXPECT_TRUE(run_until(io_, [&] { return peer.got().size() >= expected.size(); }));
    EXPECT_TRUE(peer.got() == expected);
    peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(head.wait());
  }
}

TEST_F(UpstreamTest, AbortEndsASendThatTheServerDoesNotTake) {
  UpstreamCall call(pool_);
  Outcome<HeadOrFailure> head(io_, call.start(request(std::string(32u << 20, 'x'))));
  const Peer peer = server_.accept(io_);
  settle();
  EXPECT_FALSE(head.is_there());
  call.abort();
  EXPECT_TRUE(is(head.wait(), Kind::aborted));
}

TEST_F(UpstreamTest, HandsOutEachChunkAsItComes) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, chunked);
  auto body = pump(call);
  std::string expected;
  for (const char* piece : {"one ", "two ", "three"}) {
    const std::string text = piece;
    peer.send(std::to_string(text.size()) + "\r\n" + text + "\r\n");
    expected += text;
    EXPECT_TRUE(run_until(io_, [&] { return body_ == expected; })) << body_;
    EXPECT_FALSE(body.is_there());
  }
  peer.send("0\r\n\r\n");
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
}

TEST_F(UpstreamTest, CallsAfterReadOnceForEachRead) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, chunked);
  auto body = pump(call);
  settle();
  peer.send("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n");
  EXPECT_TRUE(run_until(io_, [this] { return body_ == "abc"; }));
  EXPECT_EQ(reads_, 1);
  peer.send("0\r\n\r\n");
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
}

// S31: while nobody pumps, nothing is read, and nothing is lost.
TEST_F(UpstreamTest, StopsWhenToldAndGoesOnLater) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, chunked);
  go_on_ = false;
  auto first = pump(call);
  settle();
  peer.send("1\r\na\r\n");
  EXPECT_EQ(first.wait(), MoreOrFailure(true));
  peer.send("1\r\nb\r\n");
  settle();
  EXPECT_EQ(body_, "a");
  go_on_ = true;
  auto second = pump(call);
  EXPECT_TRUE(run_until(io_, [this] { return body_ == "ab"; }));
  peer.send("0\r\n\r\n");
  EXPECT_EQ(second.wait(), MoreOrFailure(false));
}

TEST_F(UpstreamTest, FindsTheEndThatCameWhileNobodyPumped) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, chunked);
  go_on_ = false;
  auto first = pump(call);
  settle();
  peer.send("1\r\na\r\n");
  EXPECT_EQ(first.wait(), MoreOrFailure(true));
  peer.send("1\r\nb\r\n");
  peer.close();
  settle();
  go_on_ = true;
  EXPECT_TRUE(is(pump(call).wait(), Kind::broken));
  EXPECT_EQ(body_, "ab");
}

TEST_F(UpstreamTest, TakesTheBodyThatCameWithTheHead) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, std::string(chunked) + "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "hello");
}

TEST_F(UpstreamTest, ReadsAHeadThatComesByteByByte) {
  UpstreamCall call(pool_);
  auto head = start(call);
  Peer peer = server_.accept(io_);
  expect_request(peer);
  for (const char byte : std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
    EXPECT_FALSE(head.is_there());
    peer.send({&byte, 1});
    settle();
  }
  EXPECT_EQ(head.wait()->status, 200);
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
}

TEST_F(UpstreamTest, PassesOverInformationalAnswers) {
  UpstreamCall call(pool_);
  auto head = start(call);
  Peer peer = server_.accept(io_);
  expect_request(peer);
  peer.send("HTTP/1.1 100 Continue\r\n\r\n");
  settle();
  EXPECT_FALSE(head.is_there());
  peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
  settle();
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(head.wait()->status, 200);
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "ok");
}

TEST_F(UpstreamTest, PassesOverAnInformationalAnswerInTheSameRead) {
  UpstreamCall call(pool_);
  Peer peer =
      answered(call, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "ok");
}

TEST_F(UpstreamTest, TakesTheConnectionsEndForTheBodysWhereNoLengthIsGiven) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
  auto body = pump(call);
  settle();
  EXPECT_FALSE(body.is_there());
  peer.close();
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "hello");
}

TEST_F(UpstreamTest, WaitsForNoBodyWhereNoneCanBe) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    UpstreamCall call(pool_);
    Peer peer = answered(call, std::string("HTTP/1.1 ") + status + "\r\n\r\n");
    auto body = pump(call);
    settle();
    EXPECT_TRUE(body.is_there()) << status;
    call.abort();
    body.wait();
  }
}

// S18
TEST_F(UpstreamTest, FailsWhenTheAnswerEndsInTheMiddle) {
  for (const std::string& answer :
       {std::string(chunked) + "5\r\nhel", std::string(chunked) + "5\r\nhello\r\n",
        std::string(chunked) + "5\r\nhello\r\n0\r\n",
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")}) {
    UpstreamCall call(pool_);
    Peer peer = answered(call, answer);
    auto body = pump(call);
    settle();
    peer.close();
    EXPECT_TRUE(is(body.wait(), Kind::broken)) << answer;
    EXPECT_TRUE(body.wait().error().message.contains(std::to_string(server_.port())));
  }
}

TEST_F(UpstreamTest, FailsWhenTheConnectionIsReset) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, std::string(chunked) + "3\r\nhel\r\n");
  auto body = pump(call);
  settle();
  peer.reset();
  EXPECT_TRUE(is(body.wait(), Kind::broken));
}

TEST_F(UpstreamTest, FailsOnBrokenChunks) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, std::string(chunked) + "zz\r\nhel\r\n");
  EXPECT_TRUE(is(pump(call).wait(), Kind::malformed));
}

TEST_F(UpstreamTest, FailsOnWhatIsNoAnswer) {
  for (const char* answer : {"hello there\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
    UpstreamCall call(pool_);
    auto head = start(call);
    Peer peer = server_.accept(io_);
    peer.send(answer);
    EXPECT_TRUE(is(head.wait(), Kind::malformed)) << answer;
  }
}

TEST_F(UpstreamTest, FailsWhenNobodyListens) {
  server_.close();
  UpstreamCall call(pool_);
  auto head = start(call);
  EXPECT_TRUE(is(head.wait(), Kind::unreachable));
  EXPECT_FALSE(head.wait().error().message.empty());
}

TEST_F(UpstreamTest, FailsWhenTheConnectionClosesWithoutAnAnswer) {
  UpstreamCall call(pool_);
  auto head = start(call);
  {
    Peer peer = server_.accept(io_);
    expect_request(peer);
  }
  EXPECT_TRUE(is(head.wait(), Kind::broken));
  EXPECT_FALSE(server_.take()) << "a new connection is not to be tried again";
}

// S28, S30
TEST_F(UpstreamTest, AbortClosesTheConnectionDuringPrefill) {
  UpstreamCall call(pool_);
  auto head = start(call);
  Peer peer = server_.accept(io_);
  expect_request(peer);
  call.abort();
  EXPECT_TRUE(is(head.wait(), Kind::aborted));
  EXPECT_TRUE(peer.ended());
}

TEST_F(UpstreamTest, AbortClosesTheConnectionInTheMiddle) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, std::string(chunked) + "3\r\nhel\r\n");
  auto body = pump(call);
  settle();
  call.abort();
  EXPECT_TRUE(is(body.wait(), Kind::aborted));
  EXPECT_TRUE(peer.ended());
}

TEST_F(UpstreamTest, AbortBetweenTwoPumpsClosesTheConnection) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, std::string(chunked) + "3\r\nhel\r\n");
  go_on_ = false;
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(true));
  call.abort();
  EXPECT_TRUE(peer.ended());
  EXPECT_TRUE(is(pump(call).wait(), Kind::aborted));
}

TEST_F(UpstreamTest, AbortFromWithinACallbackEndsThePump) {
  UpstreamCall call(pool_);
  Peer peer = answered(call, chunked);
  const auto add = [](std::string_view) {};
  const auto leave = [&call] {
    call.abort();
    return true;
  };
  Outcome<MoreOrFailure> body(io_, call.pump(add, leave));
  settle();
  peer.send("3\r\nhel\r\n");
  EXPECT_TRUE(is(body.wait(), Kind::aborted));
  EXPECT_TRUE(peer.ended());
}

TEST_F(UpstreamTest, EndsThePumpWithWhatACallbackThrows) {
  for (const bool in_data : {true, false}) {
    UpstreamCall call(pool_);
    Peer peer = answered(call, chunked);
    const auto add = [=](std::string_view) {
      if (in_data) throw std::runtime_error("bad data");
    };
    const auto go_on = []() -> bool { throw std::runtime_error("bad turn"); };
    Outcome<MoreOrFailure> body(io_, call.pump(add, go_on));
    settle();
    peer.send("3\r\nhel\r\n");
    EXPECT_THROW(body.wait(), std::runtime_error);
  }
}

// S28: a client may leave while the server's name is being looked up.
TEST_F(UpstreamTest, AbortDuringTheLookUpSendsNoRequest) {
  UpstreamPool named(io_, Url{"localhost", server_.port(), ""});
  UpstreamCall call(named);
  settle();
  Outcome<HeadOrFailure> head(io_, call.start(request()));
  // One turn begins the look-up; its result is taken in a later one.
  io_.restart();
  io_.poll_one();
  call.abort();
  std::optional<Peer> peer;
  run_until(io_, [&] {
    if (!peer) {
      if (auto taken = server_.take()) peer.emplace(std::move(*taken));
    }
    return head.is_there() || (peer && !peer->got().empty());
  });
  EXPECT_TRUE(head.is_there()) << "the call goes on though nobody waits for it";
  if (peer) EXPECT_EQ(peer->got(), "");
  call.abort();
  EXPECT_TRUE(is(head.wait(), Kind::aborted));
}

TEST_F(UpstreamTest, LeavingInTheMiddleClosesTheConnection) {
  std::optional<Peer> peer;
  {
    UpstreamCall call(pool_);
    peer.emplace(answered(call, std::string(chunked) + "3\r\nhel\r\n"));
    go_on_ = false;
    EXPECT_EQ(pump(call).wait(), MoreOrFailure(true));
  }
  EXPECT_TRUE(peer->ended());
}

TEST_F(UpstreamTest, ReadsBodiesLongerThanABuffer) {
  UpstreamCall call(pool_);
  const size_t size = 1 << 20;
  Peer peer =
      answered(call, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  auto body = pump(call);
  const std::string piece(1 << 15, 'x');
  for (size_t sent = 0; sent < size; sent += piece.size()) {
    peer.send(piece);
    settle();
  }
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
  EXPECT_EQ(body_.size(), size);
}

}  // namespace
}  // namespace net
