#include "net/readiness.h"

#include <memory>
#include <string>
#include <vector>

#include "net/loopback.h"

namespace net {
namespace {

// One end that is watched and its far end.
struct Ends {
  explicit Ends(asio::io_context& io) : pair(connected(io)) {
    pair.first.native_non_blocking(true);
    watch.fd = pair.first.native_handle();
  }
  Peer& far() { return pair.second; }
  std::pair<asio::ip::tcp::socket, Peer> pair;
  Readiness::Watch watch;
};

TEST(Readiness, TellsThatBytesCame) {
  asio::io_context io;
  Readiness readiness(io);
  Ends ends(io);
  int calls = 0;
  ends.watch.on_readable = [&](bool closing) {
    EXPECT_FALSE(closing);
    ++calls;
  };
  readiness.add(ends.watch);
  ends.far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return calls == 1; }));
  ends.far().send("b");
  EXPECT_TRUE(run_until(io, [&] { return calls == 2; }));
  readiness.remove(ends.watch);
}

TEST(Readiness, TellsOfBytesThatWereThereBefore) {
  asio::io_context io;
  Readiness readiness(io);
  Ends ends(io);
  ends.far().send("a");
  bool called = false;
  ends.watch.on_readable = [&](bool) { called = true; };
  readiness.add(ends.watch);
  EXPECT_TRUE(run_until(io, [&] { return called; }));
  readiness.remove(ends.watch);
}

TEST(Readiness, TellsTheEnd) {
  asio::io_context io;
  Readiness readiness(io);
  for (const bool reset : {false, true}) {
    Ends ends(io);
    bool closed = false;
    ends.watch.on_readable = [&](bool closing) { closed = closed || closing; };
    readiness.add(ends.watch);
    if (reset) {
      ends.far().reset();
    } else {
      ends.far().close();
    }
    EXPECT_TRUE(run_until(io, [&] { return closed; }));
    readiness.remove(ends.watch);
  }
}

TEST(Readiness, IsSilentAfterRemoval) {
  asio::io_context io;
  Readiness readiness(io);
  Ends ends(io);
  ends.watch.on_readable = [](bool) { ADD_FAILURE() << "called after removal"; };
  readiness.add(ends.watch);
  readiness.remove(ends.watch);
  ends.far().send("a");
  Ends other(io);
  bool called = false;
  other.watch.on_readable = [&](bool) { called = true; };
  readiness.add(other.watch);
  other.far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return called; }));
  readiness.remove(other.watch);
}

// One event of a batch ends the other's watch, whose memory is gone then.
TEST(Readiness, CallsNobodyWhomACallbackOfTheSameBatchRemoved) {
  asio::io_context io;
  Readiness readiness(io);
  auto one = std::make_unique<Ends>(io);
  auto other = std::make_unique<Ends>(io);
  int calls = 0;
  const auto remove = [&](std::unique_ptr<Ends>& ends) {
    ++calls;
    if (!ends) return;
    readiness.remove(ends->watch);
    ends.reset();
  };
  one->watch.on_readable = [&](bool) { remove(other); };
  other->watch.on_readable = [&](bool) { remove(one); };
  readiness.add(one->watch);
  readiness.add(other->watch);
  one->far().send("a");
  other->far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return calls > 0; }));
  io.restart();
  io.poll();
  EXPECT_EQ(calls, 1);
  if (one) readiness.remove(one->watch);
  if (other) readiness.remove(other->watch);
}

TEST(Readiness, ServesMoreSocketsThanABatchHolds) {
  asio::io_context io;
  Readiness readiness(io);
  std::vector<std::unique_ptr<Ends>> all;
  int calls = 0;
  for (int i = 0; i < 300; ++i) {
    all.push_back(std::make_unique<Ends>(io));
    all.back()->watch.on_readable = [&calls](bool) { ++calls; };
    readiness.add(all.back()->watch);
  }
  for (const auto& ends : all) ends->far().send("a");
  EXPECT_TRUE(run_until(io, [&] { return calls >= 300; }));
  for (const auto& ends : all) readiness.remove(ends->watch);
}

}  // namespace
}  // namespace net
