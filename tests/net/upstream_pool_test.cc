// Kept connections, and whole small exchanges.
#include <string>

#include "net/upstream_fixture.h"

namespace net {
namespace {

TEST_F(UpstreamTest, KeepsAConnectionForTheNextCall) {
  Peer peer = leave_a_kept_connection();
  body_.clear();
  UpstreamCall call(pool_);
  auto head = start(call);
  expect_request(peer);
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
  EXPECT_TRUE(head.wait());
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "new");
  EXPECT_FALSE(server_.take());
}

// E09
TEST_F(UpstreamTest, PassesOverAKeptConnectionThatIsClosed) {
  leave_a_kept_connection().close();
  UpstreamCall call(pool_);
  Peer peer = answered(call, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
}

// E09: the server closes it just as the request comes.
TEST_F(UpstreamTest, TriesOnceMoreWhenAKeptConnectionClosesUnanswered) {
  Peer kept = leave_a_kept_connection();
  UpstreamCall call(pool_);
  auto head = start(call);
  expect_request(kept);
  kept.close();
  Peer peer = server_.accept(io_);
  expect_request(peer);
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(head.wait());
}

// E07, E09
TEST_F(UpstreamTest, TriesNoThirdTime) {
  Peer kept = leave_a_kept_connection();
  UpstreamCall call(pool_);
  auto head = start(call);
  expect_request(kept);
  kept.reset();
  {
    Peer peer = server_.accept(io_);
    expect_request(peer);
  }
  EXPECT_TRUE(is(head.wait(), Kind::broken));
  EXPECT_FALSE(server_.take());
}

// E06
TEST_F(UpstreamTest, DoesNotTryAgainOnceAByteOfTheAnswerCame) {
  Peer kept = leave_a_kept_connection();
  UpstreamCall call(pool_);
  auto head = start(call);
  expect_request(kept);
  kept.send("HTTP/1.1 200 O");
  settle();
  kept.close();
  EXPECT_TRUE(is(head.wait(), Kind::broken));
  EXPECT_FALSE(server_.take());
}

// S30
TEST_F(UpstreamTest, DoesNotTryAgainWhatWasAborted) {
  Peer kept = leave_a_kept_connection();
  UpstreamCall call(pool_);
  auto head = start(call);
  expect_request(kept);
  call.abort();
  EXPECT_TRUE(is(head.wait(), Kind::aborted));
  EXPECT_TRUE(kept.ended());
  EXPECT_FALSE(server_.take());
}

TEST_F(UpstreamTest, DoesNotKeepAConnectionThatTheServerWantsClosed) {
  std::optional<Peer> peer;
  {
    UpstreamCall call(pool_);
    peer.emplace(
        answered(call, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
    EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
  }
  EXPECT_TRUE(peer->ended());
}

// What comes unasked must not be taken for the next call's answer.
TEST_F(UpstreamTest, DoesNotKeepAConnectionOnWhichMoreCameThanTheAnswer) {
  for (const bool together : {true, false}) {
    std::optional<Peer> kept;
    {
      UpstreamCall call(pool_);
      const std::string extra = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
      kept.emplace(answered(
          call, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + (together ? extra : "")));
      EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
      if (!together) kept->send(extra);
    }
    body_.clear();
    UpstreamCall call(pool_);
    Peer peer = answered(call, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
    EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
    EXPECT_EQ(body_, "good");
    kept->close();
  }
}

TEST_F(UpstreamTest, KeepsOneConnectionEachForCallsAtTheSameTime) {
  UpstreamCall one(pool_);
  UpstreamCall other(pool_);
  Peer first = answered(one, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
  Peer second = answered(other, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
  second.send("b");
  EXPECT_EQ(pump(other).wait(), MoreOrFailure(false));
  first.send("a");
  EXPECT_EQ(pump(one).wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "ba");
}

TEST_F(UpstreamTest, PutsTheUrlsPathBeforeTheRequests) {
  UpstreamPool pool(io_, Url{"10.0.0.1", 80, "/base"});
  const std::string head = pool.request_head("GET", "/health", 0);
  EXPECT_TRUE(head.starts_with("GET /base/health HTTP/1.1\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_FALSE(head.contains("content-length"));
}

TEST_F(UpstreamTest, FetchesAWholeAnswer) {
  Outcome<std::expected<HttpReply, UpstreamFailure>> reply(
      io_, fetch(pool_, "POST", "/tokenize", "{\"a\":1}", 10s));
  Peer peer = server_.accept(io_);
  expect_request(peer, "{\"a\":1}");
  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  ASSERT_TRUE(reply.wait());
  EXPECT_EQ(reply.wait()->status, 200);
  EXPECT_EQ(reply.wait()->body, "hi");
}

TEST_F(UpstreamTest, GivesAFetchUpAtItsDeadline) {
  for (const char* part :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"}) {
    Outcome<std::expected<HttpReply, UpstreamFailure>> reply(
        io_, fetch(pool_, "GET", "/health", "", 50ms));
    Peer peer = server_.accept(io_);
    peer.send(part);
    ASSERT_FALSE(reply.wait()) << part;
    EXPECT_EQ(reply.wait().error().kind, Kind::aborted);
    EXPECT_TRUE(peer.ended());
  }
}

TEST_F(UpstreamTest, OutlivesACallThatIsDestroyedWhileOthersWait) {
  UpstreamCall waiting(pool_);
  Peer peer = answered(waiting, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  auto body = pump(waiting);
  settle();
  for (int i = 0; i < 20; ++i) {
    UpstreamCall call(pool_);
    Peer other = answered(call, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    go_on_ = false;
    pump(call).wait();
    go_on_ = true;
    other.send("cde");
  }
  body_.clear();
  peer.send("hello");
  EXPECT_EQ(body.wait(), MoreOrFailure(false));
  EXPECT_EQ(body_, "hello");
}

}  // namespace
}  // namespace net
