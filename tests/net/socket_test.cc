#include "net/socket.h"

#include <memory>
#include <string>

#include "net/loopback.h"

namespace net {
namespace {

class SocketTest : public testing::Test {
 protected:
  SocketTest() : ends_(connected(io_)), socket_(io_, std::move(ends_.first)) {}

  Peer& peer() { return ends_.second; }
  std::string received() {
    std::string bytes(100, '\0');
    const ssize_t count = socket_.receive(bytes.data(), bytes.size());
    bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return bytes;
  }
  void settle() {
    io_.restart();
    io_.poll();
  }
  // Sends until the socket takes no more.
  void fill() {
    const std::string much(1 << 20, 'x');
    std::string_view left;
    do {
      left = much;
      ASSERT_EQ(socket_.send(left), 0);
    } while (left.empty());
  }

  asio::io_context io_;
  std::pair<asio::ip::tcp::socket, Peer> ends_;
  Socket socket_;
};

TEST_F(SocketTest, WaitsForBytes) {
  char byte;
  EXPECT_EQ(socket_.receive(&byte, 1), -EAGAIN);
  Outcome<bool> ready(io_, socket_.readable());
  settle();
  EXPECT_FALSE(ready.is_there());
  peer().send("hello");
  EXPECT_TRUE(ready.wait());
  EXPECT_EQ(received(), "hello");
  EXPECT_FALSE(socket_.is_readable()) << "a short read has emptied it";
}

TEST_F(SocketTest, StaysReadableWhileThereMayBeMore) {
  peer().send("ab");
  ASSERT_TRUE(Outcome<bool>(io_, socket_.readable()).wait());
  char byte;
  EXPECT_EQ(socket_.receive(&byte, 1), 1);
  EXPECT_TRUE(socket_.is_readable());
  EXPECT_EQ(received(), "b");
}

TEST_F(SocketTest, ReadsTheEndBehindTheLastBytes) {
  peer().send("ab");
  peer().close();
  ASSERT_TRUE(Outcome<bool>(io_, socket_.readable()).wait());
  EXPECT_EQ(received(), "ab");
  EXPECT_TRUE(socket_.is_readable());
  char byte;
  EXPECT_EQ(socket_.receive(&byte, 1), 0);
}

TEST_F(SocketTest, LetsOthersHaveATurnWhileItIsFull) {
  peer().send(std::string(1000, 'x'));
  bool done = false;
  int turns = 0;
  const std::function<void()> take_turn = [&] {
    ++turns;
    if (!done) asio::post(io_, take_turn);
  };
  const auto read_all = [&]() -> Task<bool> {
    const bool there = co_await socket_.readable();
    asio::post(io_, take_turn);
    char byte;
    bool read = there && socket_.receive(&byte, 1) == 1;
    for (int i = 1; read && i < 1000; ++i) {
      const bool ready = co_await socket_.readable();
      read = ready && socket_.receive(&byte, 1) == 1;
    }
    done = true;
    co_return read;
  };
  Outcome<bool> all(io_, read_all());
  EXPECT_TRUE(all.wait());
  EXPECT_GT(turns, 10);
}

TEST_F(SocketTest, SendsBothPartsInTheirOrder) {
  std::string_view first = "one ";
  std::string_view second = "two";
  EXPECT_EQ(socket_.send(first, second), 0);
  EXPECT_EQ(first.size() + second.size(), 0u);
  EXPECT_EQ(peer().got(), "one two");
}

TEST_F(SocketTest, SendsOnWhereTheSocketWasFull) {
  const std::string first(3 << 20, 'a');
  const std::string second(32 << 20, 'b');
  std::string_view left_of_first = first;
  std::string_view left = second;
  ASSERT_EQ(socket_.send(left_of_first, left), 0);
  EXPECT_GT(left.size(), 0u) << "the socket took all: nothing is tested";
  while (!left.empty()) {
    Outcome<bool> ready(io_, socket_.writable());
    EXPECT_TRUE(run_until(io_, [&] {
      peer().got();
      return ready.is_there();
    }));
    ASSERT_EQ(socket_.send(left_of_first, left), 0);
  }
  EXPECT_TRUE(peer().got() == first + second);
}

TEST_F(SocketTest, TellsWhyItCannotSend) {
  peer().reset();
  EXPECT_TRUE(run_until(io_, [this] { return socket_.has_hung_up(); }));
  std::string_view bytes = "x";
  EXPECT_LT(socket_.send(bytes), 0);
}

TEST_F(SocketTest, EndsAWaitThatIsCancelled) {
  for (const bool close : {false, true}) {
    Outcome<bool> ready(io_, socket_.readable());
    settle();
    if (close) socket_.close();
    if (!close) socket_.cancel();
    EXPECT_FALSE(ready.is_there()) << "goes on later, not within the call";
    EXPECT_FALSE(ready.wait());
  }
  EXPECT_FALSE(Outcome<bool>(io_, socket_.readable()).wait());
  EXPECT_FALSE(Outcome<bool>(io_, socket_.writable()).wait());
}

TEST_F(SocketTest, WakesAWriterWhoseReaderLeaves) {
  fill();
  Outcome<bool> ready(io_, socket_.writable());
  settle();
  EXPECT_FALSE(ready.is_there());
  peer().reset();
  EXPECT_TRUE(ready.wait());
  std::string_view bytes = "x";
  EXPECT_LT(socket_.send(bytes), 0);
}

TEST_F(SocketTest, TellsOnceOfAHangUpAndWakesTheWriterToo) {
  fill();
  int told = 0;
  socket_.on_hang_up = [&told] { ++told; };
  Outcome<bool> ready(io_, socket_.writable());
  settle();
  peer().reset();
  EXPECT_TRUE(ready.wait());
  settle();
  EXPECT_EQ(told, 1);
}

TEST_F(SocketTest, CallsBackAndThenOnceMoreAfterTheBatch) {
  std::string order;
  const auto read = [&] {
    order += received();
    return true;
  };
  const auto go_on = [&] {
    order += '.';
    if (order == "a.b.") socket_.end_callbacks();
  };
  Outcome<bool> ended(io_, socket_.call_back(read, go_on));
  settle();
  peer().send("a");
  EXPECT_TRUE(run_until(io_, [&] { return order == "a."; }));
  EXPECT_FALSE(ended.is_there());
  peer().send("b");
  EXPECT_TRUE(ended.wait());
  peer().send("c");
  settle();
  EXPECT_EQ(order, "a.b.");
  EXPECT_EQ(received(), "c") << "left for who reads next";
}

// Of two in one batch, the first ends the other.
TEST_F(SocketTest, MayBeDestroyedByAnotherOfItsBatch) {
  auto [near, far] = connected(io_);
  auto other = std::make_unique<Socket>(io_, std::move(near));
  const auto read = [&] {
    received();
    other.reset();
    return false;
  };
  Outcome<bool> ended(io_, socket_.call_back(read, [] {}));
  settle();
  peer().send("a");
  far.send("a");
  EXPECT_TRUE(run_until(io_, [&] { return !other; }));
  socket_.cancel();
  EXPECT_FALSE(ended.wait());
}

TEST_F(SocketTest, KnowsWhetherAnythingIsThere) {
  EXPECT_TRUE(socket_.is_quiet());
  peer().send("a");
  EXPECT_FALSE(socket_.is_quiet());
  EXPECT_EQ(received(), "a");
  EXPECT_TRUE(socket_.is_quiet());
  peer().close();
  EXPECT_FALSE(socket_.is_quiet());
}

// A coroutine that waits when the io context ends is destroyed with it.
TEST(SocketLifetime, EndsWithItsContext) {
  auto witness = std::make_shared<int>();
  {
    asio::io_context io;
    auto [near, far] = connected(io);
    const auto wait = [](std::unique_ptr<Socket> socket, std::shared_ptr<int> held) -> Task<bool> {
      const bool ready = co_await socket->readable();
      co_return ready&& held;
    };
    Outcome<bool> ready(io, wait(std::make_unique<Socket>(io, std::move(near)), witness));
    io.poll();
    EXPECT_FALSE(ready.is_there());
    EXPECT_EQ(witness.use_count(), 2);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace net
