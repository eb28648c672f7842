#include "net/blocking_get.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/tiny_server.h"

namespace net {
namespace {

using testing_support::TinyServer;

Url url_of(int port) {
  return {.host = "127.0.0.1", .port = static_cast<uint16_t>(port), .path = ""};
}

class Listener {
 public:
  Listener() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(descriptor_.get(), generic, size), 0);
    EXPECT_EQ(listen(descriptor_.get(), 1), 0);
    EXPECT_EQ(getsockname(descriptor_.get(), generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  int port() const { return port_; }
  sys::Descriptor accept() const {
    return sys::Descriptor(accept4(descriptor_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  sys::Descriptor descriptor_;
  int port_ = 0;
};

TEST(ParseAnswer, TakesStatusAndBody) {
  const auto answer = parse_answer("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nnoise");
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "no");
}

TEST(ParseAnswer, TakesABodyWithoutLengthToItsEnd) {
  const auto answer = parse_answer("HTTP/1.0 200 OK\r\n\r\nall of it");
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, "all of it");
}

TEST(ParseAnswer, PutsChunksTogether) {
  const auto answer = parse_answer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, "abcde");
}

TEST(ParseAnswer, RefusesWhatIsCutOff) {
  EXPECT_FALSE(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
  EXPECT_FALSE(parse_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"));
  EXPECT_FALSE(parse_answer("HTTP/1.1 200"));
  EXPECT_FALSE(parse_answer(""));
}

TEST(ParseAnswer, RefusesWhatIsNotHttp) {
  EXPECT_FALSE(parse_answer("SSH-2.0-x\r\n\r\n"));
}

TEST(BlockingGet, SendsPathAndHeadersAndReturnsTheAnswer) {
  const TinyServer server({{"/below/x", {.status = 201, .body = "hi"}}});
  Url url = url_of(server.port());
  url.path = "/below";
  const auto answer = blocking_get(url, "/x?y=1", {.headers = {{"X-Key", "v"}}});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "hi");
  ASSERT_EQ(server.asked().size(), 1U);
  EXPECT_EQ(server.asked()[0].target, "/below/x?y=1");
  EXPECT_NE(server.asked()[0].head.find("X-Key: v"), std::string::npos);
}

TEST(BlockingGet, SaysWhyNobodyAnswers) {
  int port = 0;
  {
    const TinyServer gone({});
    port = gone.port();
  }
  const auto answer = blocking_get(url_of(port), "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), "Connection refused");
}

TEST(BlockingGet, GivesUpOnASilentServer) {
  const Listener silent;
  const auto before = std::chrono::steady_clock::now();
  const auto answer =
      blocking_get(url_of(silent.port()), "/", {.deadline = std::chrono::milliseconds(100)});
  EXPECT_FALSE(answer);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

// As through a forwarded port, which does not pass on that the server has closed.
TEST(BlockingGet, TakesAWholeAnswerFromAConnectionThatStaysOpen) {
  for (const std::string body :
       {"Content-Length: 2\r\n\r\nhi", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"}) {
    const Listener listener;
    std::promise<void> taken;
    const std::jthread server([&] {
      const sys::Descriptor connection = listener.accept();
      const std::string text = "HTTP/1.1 200 OK\r\n" + body;
      EXPECT_EQ(send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(text.size()));
      taken.get_future().wait_for(std::chrono::seconds(30));
    });
    const auto answer = blocking_get(url_of(listener.port()), "/");
    taken.set_value();
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->body, "hi");
  }
}

TEST(BlockingGet, StopsAtTheLimit) {
  const TinyServer server({{"/", {.body = std::string(100000, 'x')}}});
  EXPECT_FALSE(blocking_get(url_of(server.port()), "/", {.max_bytes = 1000}));
}

}  // namespace
}  // namespace net
