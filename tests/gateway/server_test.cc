#include "gateway/server.h"

#include <future>
#include <thread>

#include <signal.h>

#include "net/loopback.h"

namespace gateway {
namespace {

net::Peer connect_to(int port) {
  net::Peer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (::connect(peer.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    peer.close();
  return peer;
}

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
  std::promise<int> ready;
  std::thread server([&] { serve(options, [&](int port) { ready.set_value(port); }); });
  const int port = ready.get_future().get();
  net::Peer client = connect_to(port);
  client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return client.got().starts_with("HTTP/1.1 100 "); }));
  ::kill(::getpid(), SIGTERM);
  EXPECT_TRUE(comes_true([&] { return connect_to(port).fd() < 0; }));
  EXPECT_FALSE(client.ended());
  ::kill(::getpid(), SIGTERM);
  server.join();
  EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace gateway
