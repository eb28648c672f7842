#include "net/client_connection.h"

#include <string>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/loopback.h"

namespace net {
namespace {

using HeadResult = std::expected<RequestHead, ReadFailure>;
using BodyResult = std::expected<std::string, ReadFailure>;

SteadyTime in(Seconds wait) {
  return std::chrono::steady_clock::now() + wait;
}

class ClientConnectionTest : public testing::Test {
 protected:
  ClientConnectionTest() : ends_(connected(io_)), client_(io_, std::move(ends_.first), timeouts_) {}

  Outcome<HeadResult> head() { return {io_, client_.read_head()}; }
  // A head that is there at once.
  RequestHead head_of(const std::string& text) {
    peer().send(text);
    HeadResult result = head().wait();
    EXPECT_TRUE(result);
    return result.value_or(RequestHead());
  }
  Outcome<BodyResult> body(const RequestHead& of, size_t limit = 1 << 20) {
    return {io_, client_.read_body(of, limit)};
  }
  Peer& peer() { return ends_.second; }
  void settle() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  ClientTimeouts timeouts_{
      .idle = Seconds(600), .head = Seconds(30), .body = Seconds(30), .write = Seconds(120)};
  std::pair<asio::ip::tcp::socket, Peer> ends_;
  ClientConnection client_;
};

TEST_F(ClientConnectionTest, ReadsAHeadAndItsBody) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(got.target, "/a");
  EXPECT_EQ(body(got).wait(), "hello");
}

// S32: a small write must not wait for the acknowledgement of the last one.
TEST_F(ClientConnectionTest, SendsAtOnce) {
  auto ends = connected(io_);
  const int descriptor = ends.first.native_handle();
  const ClientConnection client(io_, std::move(ends.first), timeouts_);
  int is_set = 0;
  socklen_t size = sizeof is_set;
  ASSERT_EQ(getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &is_set, &size), 0);
  EXPECT_EQ(is_set, 1);
}

TEST_F(ClientConnectionTest, ReadsWhatComesInPieces) {
  auto result = head();
  for (const char* piece : {"POST /a HT", "TP/1.1\r\nContent-Le", "ngth: 5\r\n\r", "\nhe"}) {
    EXPECT_FALSE(result.is_there());
    peer().send(piece);
    settle();
  }
  ASSERT_TRUE(result.wait());
  const RequestHead got = *result.wait();
  auto rest = body(got);
  settle();
  EXPECT_FALSE(rest.is_there());
  peer().send("llo");
  EXPECT_EQ(rest.wait(), "hello");
}

TEST_F(ClientConnectionTest, ReadsAChunkedBody) {
  const RequestHead got =
      head_of("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n");
  auto result = body(got);
  settle();
  EXPECT_FALSE(result.is_there());
  peer().send("0\r\n\r\n");
  EXPECT_EQ(result.wait(), "hello!");
}

TEST_F(ClientConnectionTest, KeepsPipelinedRequestsForTheirTurn) {
  const std::string post = "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nab";
  const std::string chunked =
      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n0\r\n\r\n";
  peer().send(post + chunked + "GET /c HTTP/1.1\r\n\r\n");
  for (const auto& [target, content] :
       {std::pair("/a", "ab"), std::pair("/b", "cd"), std::pair("/c", "")}) {
    const HeadResult got = head().wait();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->target, target);
    EXPECT_EQ(body(*got).wait(), content);
  }
}

TEST_F(ClientConnectionTest, PassesOverBlankLinesBeforeARequest) {
  EXPECT_EQ(head_of("\r\n\r\nGET /a HTTP/1.1\r\n\r\n").target, "/a");
}

// R42
TEST_F(ClientConnectionTest, SaysContinueToAClientThatAsks) {
  for (const char* word : {"100-continue", "100-Continue"}) {
    const RequestHead got = head_of(
        "POST /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: " + std::string(word) + "\r\n\r\n");
    auto result = body(got);
    EXPECT_TRUE(run_until(io_, [&] { return peer().got() == "HTTP/1.1 100 Continue\r\n\r\n"; }))
        << word;
    peer().forget();
    peer().send("ab");
    EXPECT_EQ(result.wait(), "ab");
  }
}

TEST_F(ClientConnectionTest, DoesNotSayContinueWhenTheBodyIsThere) {
  const RequestHead got =
      head_of("POST /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab");
  EXPECT_EQ(body(got).wait(), "ab");
  EXPECT_EQ(peer().got(), "");
}

// R41
TEST_F(ClientConnectionTest, RefusesABodyBeyondTheLimitUnread) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(body(got, 1000).wait(), std::unexpected(ReadFailure::too_large));
}

TEST_F(ClientConnectionTest, RefusesAChunkedBodyBeyondTheLimit) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  peer().send("3E9\r\n" + std::string(1001, 'x'));
  EXPECT_EQ(body(got, 1000).wait(), std::unexpected(ReadFailure::too_large));
}

TEST_F(ClientConnectionTest, RefusesBrokenChunks) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
  EXPECT_EQ(body(got).wait(), std::unexpected(ReadFailure::malformed));
}

TEST_F(ClientConnectionTest, RefusesWhatIsNoRequest) {
  peer().send("\x16\x03\x01 hello\r\n\r\n");
  const HeadResult got = head().wait();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error(), ReadFailure::malformed);
}

TEST_F(ClientConnectionTest, RefusesAHeadWithoutEnd) {
  auto result = head();
  for (int i = 0; i < 80 && !result.is_there(); ++i) {
    peer().send(std::string(1024, 'a'));
    settle();
  }
  ASSERT_FALSE(result.wait());
  EXPECT_EQ(result.wait().error(), ReadFailure::too_large);
}

TEST_F(ClientConnectionTest, NoticesThatTheClientHasLeft) {
  peer().close();
  EXPECT_EQ(head().wait().error(), ReadFailure::closed);
}

TEST_F(ClientConnectionTest, NoticesThatTheClientLeavesInsideABody) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe");
  peer().close();
  EXPECT_EQ(body(got).wait(), std::unexpected(ReadFailure::closed));
}

TEST_F(ClientConnectionTest, ClosesWhenIdleForLong) {
  auto result = head();
  settle();
  client_.expire(in(Seconds(599)));
  settle();
  EXPECT_FALSE(result.is_there());
  EXPECT_TRUE(client_.idle());
  client_.expire(in(Seconds(601)));
  EXPECT_EQ(result.wait().error(), ReadFailure::closed);
  EXPECT_TRUE(peer().ended());
}

TEST_F(ClientConnectionTest, GivesAHeadSecondsFromItsFirstByte) {
  auto result = head();
  settle();
  peer().send("GET / HT");
  settle();
  EXPECT_FALSE(client_.idle());
  client_.expire(in(Seconds(29)));
  settle();
  EXPECT_FALSE(result.is_there());
  client_.expire(in(Seconds(31)));
  EXPECT_EQ(result.wait().error(), ReadFailure::timed_out);
  EXPECT_TRUE(client_.is_open()) << "an answer that says why must be possible";
}

TEST_F(ClientConnectionTest, GivesABodySecondsWithoutAByte) {
  const RequestHead got = head_of("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe");
  auto result = body(got);
  settle();
  client_.expire(in(Seconds(29)));
  settle();
  EXPECT_FALSE(result.is_there());
  client_.expire(in(Seconds(31)));
  EXPECT_EQ(result.wait(), std::unexpected(ReadFailure::timed_out));
}

TEST_F(ClientConnectionTest, SetsNoDeadlineBetweenARequestAndItsAnswer) {
  head_of("GET /a HTTP/1.1\r\n\r\n");
  client_.expire(in(Seconds(100000)));
  EXPECT_TRUE(client_.is_open());
}

TEST_F(ClientConnectionTest, SendsWhatTheSocketTakes) {
  std::string out = "hello";
  EXPECT_TRUE(client_.try_send(out));
  EXPECT_EQ(out, "");
  EXPECT_EQ(peer().got(), "hello");
}

// S31
TEST_F(ClientConnectionTest, KeepsWhatASlowClientDoesNotTake) {
  const std::string all(32 << 20, 'x');
  std::string out = all;
  EXPECT_FALSE(client_.try_send(out));
  EXPECT_FALSE(out.empty());
  EXPECT_LT(out.size(), all.size());
  Outcome<bool> sent(io_, client_.flush(out));
  settle();
  EXPECT_TRUE(client_.is_flushing());
  std::string more = "y";
  EXPECT_FALSE(client_.try_send(more)) << "overtakes the flush";
  EXPECT_TRUE(run_until(io_, [&] { return peer().got().size() == all.size(); }));
  EXPECT_TRUE(sent.wait());
  EXPECT_FALSE(client_.is_flushing());
}

TEST_F(ClientConnectionTest, ClosesOnAClientThatTakesNothing) {
  std::string out(32 << 20, 'x');
  Outcome<bool> sent(io_, client_.flush(out));
  settle();
  client_.expire(in(Seconds(119)));
  settle();
  EXPECT_FALSE(sent.is_there());
  client_.expire(in(Seconds(121)));
  EXPECT_FALSE(sent.wait());
  EXPECT_FALSE(client_.is_open());
}

TEST_F(ClientConnectionTest, CannotFlushToAClientThatHasLeft) {
  peer().reset();
  std::string out(32 << 20, 'x');
  EXPECT_FALSE(Outcome<bool>(io_, client_.flush(out)).wait());
}

// S28
TEST_F(ClientConnectionTest, TellsOnceThatTheClientHangsUp) {
  for (const bool reset : {false, true}) {
    auto [socket, far] = connected(io_);
    ClientConnection client(io_, std::move(socket), timeouts_);
    int gone = 0;
    client.watch([&gone] { ++gone; });
    settle();
    EXPECT_EQ(gone, 0);
    if (reset) {
      far.reset();
    } else {
      far.close();
    }
    EXPECT_TRUE(run_until(io_, [&gone] { return gone > 0; }));
    settle();
    EXPECT_EQ(gone, 1);
  }
}

TEST_F(ClientConnectionTest, TellsNothingAfterUnwatch) {
  int gone = 0;
  client_.watch([&gone] { ++gone; });
  settle();
  client_.unwatch();
  peer().close();
  settle();
  settle();
  EXPECT_EQ(gone, 0);
}

TEST_F(ClientConnectionTest, LeavesPipelinedBytesInPlaceWhileItWatches) {
  int gone = 0;
  client_.watch([&gone] { ++gone; });
  peer().send("GET /next HTTP/1.1\r\n\r\n");
  settle();
  settle();
  EXPECT_EQ(gone, 0);
  client_.unwatch();
  EXPECT_EQ(head().wait()->target, "/next");
}

// S28: also a client that had sent its next request already.
TEST_F(ClientConnectionTest, TellsThatAClientThatPipelinesHangsUp) {
  int gone = 0;
  client_.watch([&gone] { ++gone; });
  peer().send("GET /next HTTP/1.1\r\n\r\n");
  settle();
  peer().close();
  EXPECT_TRUE(run_until(io_, [&gone] { return gone > 0; }));
}

TEST_F(ClientConnectionTest, CanBeClosedByTheOneItTells) {
  client_.watch([this] { client_.close(); });
  peer().close();
  EXPECT_TRUE(run_until(io_, [this] { return !client_.is_open(); }));
}

}  // namespace
}  // namespace net
