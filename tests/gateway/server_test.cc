#include "gateway/server.h"

#include <future>
#include <thread>

#include <signal.h>

#include "net/loopback.h"

namespace gateway {
namespace {

template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// What still waits refers to the server: it has to end first.
TEST(Serve, EndsAtTheSecondSignalThoughARequestIsUnderWay) {
  Options options;
  options.listen = {"127.0.0.1", 0};
  options.upstream = {"127.0.0.1", 1, ""};
  std::promise<uint16_t> ready;
  std::thread server(
      [&] { serve(options, [&](int port) { ready.set_value(static_cast<uint16_t>(port)); }); });
  const uint16_t port = ready.get_future().get();
  net::Peer client = net::Peer::connected_to(port);
  client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return client.got().starts_with("HTTP/1.1 100 "); }));
  ::kill(::getpid(), SIGTERM);
  EXPECT_TRUE(comes_true([&] { return net::Peer::connected_to(port).fd() < 0; }));
  EXPECT_FALSE(client.ended());
  ::kill(::getpid(), SIGTERM);
  server.join();
  EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace gateway
