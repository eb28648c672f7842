#include "net/readiness.h"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/loopback.h"

namespace net {
namespace {

// One end that is watched and its far end.
class Ends final : public Readiness::Watch {
 public:
  explicit Ends(asio::io_context& io) : readiness_(Readiness::of(io)), pair_(connected(io)) {
    pair_.first.native_non_blocking(true);
  }
  ~Ends() { ignore(); }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  Peer& far() { return pair_.second; }
  int near() { return pair_.first.native_handle(); }
  void watch() {
    watched_ = true;
    readiness_.add(near(), *this);
  }
  void ignore() {
    if (std::exchange(watched_, false)) readiness_.remove(near(), *this);
  }

  std::function<bool(uint32_t events)> ready = [](uint32_t) { return false; };
  std::function<void()> batch_is_over = [] {};
  bool abandoned = false;

 private:
  bool on_ready(uint32_t events) override { return ready(events); }
  void after_batch() override { batch_is_over(); }
  void abandon() override { abandoned = true; }

  Readiness& readiness_;
  std::pair<asio::ip::tcp::socket, Peer> pair_;
  bool watched_ = false;
};

bool is_readable(uint32_t events) {
  return (events & EPOLLIN) != 0;
}
bool is_closing(uint32_t events) {
  return (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
}

TEST(Readiness, TellsThatBytesCame) {
  asio::io_context io;
  Ends ends(io);
  int calls = 0;
  ends.ready = [&](uint32_t events) {
    EXPECT_FALSE(is_closing(events));
    calls += is_readable(events);
    return false;
  };
  ends.watch();
  ends.far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return calls == 1; }));
  ends.far().send("b");
  EXPECT_TRUE(run_until(io, [&] { return calls == 2; }));
}

TEST(Readiness, TellsOfBytesThatWereThereBefore) {
  asio::io_context io;
  Ends ends(io);
  ends.far().send("a");
  bool told = false;
  ends.ready = [&](uint32_t events) {
    told = told || is_readable(events);
    return false;
  };
  ends.watch();
  EXPECT_TRUE(run_until(io, [&] { return told; }));
}

TEST(Readiness, TellsTheEnd) {
  asio::io_context io;
  for (const bool reset : {false, true}) {
    Ends ends(io);
    bool closed = false;
    ends.ready = [&](uint32_t events) {
      closed = closed || is_closing(events);
      return false;
    };
    ends.watch();
    if (reset) {
      ends.far().reset();
    } else {
      ends.far().close();
    }
    EXPECT_TRUE(run_until(io, [&] { return closed; }));
  }
}

TEST(Readiness, IsSilentAfterRemoval) {
  asio::io_context io;
  Ends ends(io);
  ends.ready = [](uint32_t) {
    ADD_FAILURE() << "called after removal";
    return false;
  };
  ends.watch();
  ends.ignore();
  ends.far().send("a");
  Ends other(io);
  bool called = false;
  other.ready = [&](uint32_t events) {
    called = called || is_readable(events);
    return false;
  };
  other.watch();
  other.far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return called; }));
}

// One event of a batch ends the other's watch, whose memory is gone then.
TEST(Readiness, CallsNobodyWhomACallbackOfTheSameBatchRemoved) {
  for (const bool in_first_pass : {true, false}) {
    asio::io_context io;
    auto one = std::make_unique<Ends>(io);
    auto other = std::make_unique<Ends>(io);
    int calls = 0;
    const auto set = [&](std::unique_ptr<Ends>& ends, std::unique_ptr<Ends>& victim) {
      const auto remove = [&calls, &victim] {
        ++calls;
        victim.reset();
      };
      if (in_first_pass) ends->ready = [=](uint32_t) { return remove(), false; };
      if (!in_first_pass) ends->ready = [](uint32_t) { return true; };
      if (!in_first_pass) ends->batch_is_over = remove;
    };
    set(one, other);
    set(other, one);
    one->watch();
    other->watch();
    EXPECT_TRUE(run_until(io, [&] { return calls > 0; }));
    io.restart();
    io.poll();
    EXPECT_EQ(calls, 1);
  }
}

TEST(Readiness, ReadsAllOfABatchBeforeAnythingIsWritten) {
  asio::io_context io;
  std::string order;
  std::vector<std::unique_ptr<Ends>> all;
  for (int i = 0; i < 3; ++i) {
    Ends& ends = *all.emplace_back(std::make_unique<Ends>(io));
    ends.ready = [&](uint32_t) {
      order += 'r';
      return true;
    };
    ends.batch_is_over = [&] { order += 'w'; };
  }
  for (const auto& ends : all) ends->watch();
  EXPECT_TRUE(run_until(io, [&] { return order.size() >= 6; }));
  EXPECT_EQ(order, "rrrwww");
}

TEST(Readiness, LetsACoroutineWaitForTheEndOfTheBatch) {
  asio::io_context io;
  std::string order;
  std::vector<Waiter> waiters(3);
  const auto write = [&](Waiter& waiter) -> Task<bool> {
    const bool woken = co_await waiter.wait();
    co_await Readiness::of(io).batch_end();
    order += 'w';
    co_return woken;
  };
  std::vector<std::unique_ptr<Ends>> all;
  std::vector<Outcome<bool>> outcomes;
  for (Waiter& waiter : waiters) {
    outcomes.emplace_back(io, write(waiter));
    Ends& ends = *all.emplace_back(std::make_unique<Ends>(io));
    ends.ready = [&](uint32_t) {
      order += 'r';
      waiter.wake();
      return false;
    };
  }
  io.poll();
  for (const auto& ends : all) ends->watch();
  for (Outcome<bool>& outcome : outcomes) EXPECT_TRUE(outcome.wait());
  EXPECT_EQ(order, "rrrwww");
}

TEST(Readiness, IsInABatchWithinItsCallbacksOnly) {
  asio::io_context io;
  const Readiness& readiness = Readiness::of(io);
  Ends ends(io);
  bool told = false;
  ends.ready = [&](uint32_t) {
    told = true;
    EXPECT_TRUE(readiness.in_batch());
    return false;
  };
  EXPECT_FALSE(readiness.in_batch());
  ends.watch();
  EXPECT_TRUE(run_until(io, [&] { return told; }));
  EXPECT_FALSE(readiness.in_batch());
}

TEST(Readiness, ServesMoreSocketsThanABatchHolds) {
  asio::io_context io;
  std::vector<std::unique_ptr<Ends>> all;
  int calls = 0;
  for (int i = 0; i < 300; ++i) {
    Ends& ends = *all.emplace_back(std::make_unique<Ends>(io));
    ends.ready = [&calls](uint32_t events) {
      calls += is_readable(events);
      return false;
    };
    ends.far().send("a");
  }
  for (const auto& ends : all) ends->watch();
  EXPECT_TRUE(run_until(io, [&] { return calls >= 300; }));
}

TEST(Readiness, GoesOnAfterACallbackThatThrows) {
  asio::io_context io;
  Ends bad(io);
  Ends good(io);
  bad.ready = [](uint32_t) -> bool { throw std::runtime_error("bad"); };
  int calls = 0;
  good.ready = [&calls](uint32_t events) {
    calls += is_readable(events);
    return false;
  };
  bad.watch();
  good.watch();
  for (int wanted = 1; wanted <= 2; ++wanted) {
    bad.far().send("a");
    good.far().send("a");
    EXPECT_THROW(run_until(io, [] { return false; }), std::runtime_error);
    EXPECT_TRUE(run_until(io, [&] { return calls == wanted; }));
  }
}

TEST(Readiness, LetsTheContextEndWhenNothingIsWatched) {
  asio::io_context io;
  {
    Ends ends(io);
    ends.watch();
    io.run_for(20ms);
    EXPECT_FALSE(io.stopped());
  }
  io.run_for(10s);
  EXPECT_TRUE(io.stopped());
}

TEST(Readiness, AbandonsWhatIsWatchedWhenTheContextEnds) {
  auto io = std::make_unique<asio::io_context>();
  auto [socket, far] = connected(*io);
  struct Watch final : Readiness::Watch {
    bool on_ready(uint32_t) override { return false; }
    void after_batch() override {}
    void abandon() override { abandoned = true; }
    bool abandoned = false;
  } watch;
  Readiness::of(*io).add(socket.native_handle(), watch);
  boost::system::error_code ignored;
  const int fd = socket.release(ignored);
  io.reset();
  EXPECT_TRUE(watch.abandoned);
  ::close(fd);
}

}  // namespace
}  // namespace net
