#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/digest.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/ports.h"

namespace sys {
namespace {

using testing_support::Folder;

struct Listener {
  Descriptor descriptor{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port = 0;

  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(descriptor.get(), generic, size) == 0 && listen(descriptor.get(), 1) == 0 &&
        getsockname(descriptor.get(), generic, &size) == 0)
      port = ntohs(address.sin_port);
  }
};

TEST(Ports, AListenerTakesItsPortAndIsNamed) {
  const Listener listener;
  ASSERT_NE(listener.port, 0);
  EXPECT_FALSE(is_port_free(listener.port));
  const auto owner = listener_of(listener.port);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, getpid());
  EXPECT_FALSE(owner->name.empty());
}

TEST(Ports, AreFreeWhenTheListenerHasClosed) {
  int port = 0;
  {
    const Listener listener;
    port = listener.port;
  }
  EXPECT_TRUE(is_port_free(port));
  EXPECT_FALSE(listener_of(port));
}

TEST(Digest, IsTheSha256OfTheBytes) {
  const Folder folder;
  write_atomically(folder / "file", "abc");
  EXPECT_EQ(sha256_of_file(folder / "file"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abc"), sha256_of_file(folder / "file"));
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, OfAnAbsentFileIsAnError) {
  const Folder folder;
  EXPECT_THROW(sha256_of_file(folder / "absent"), base::Error);
}

TEST(Clock, CountsSecondsSinceATimeOfItsOwnForm) {
  EXPECT_LE(seconds_since(now_utc()).value(), 5);
  EXPECT_GT(seconds_since("2020-01-01T00:00:00Z").value(), 100'000'000);
  EXPECT_EQ(seconds_since("2999-01-01T00:00:00Z"), 0);
  EXPECT_EQ(seconds_since("yesterday"), std::nullopt);
  EXPECT_EQ(seconds_since(""), std::nullopt);
}

}  // namespace
}  // namespace sys
