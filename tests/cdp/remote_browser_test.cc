#include "cdp/remote_browser.h"

#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;

TEST(RemoteBrowser, TakesThePathThatChromiumNamesAndTheHostThatWorks) {
  const auto address = parse_remote_address("http://10.96.0.33:3010", "");
  ASSERT_TRUE(address);
  const net::Url url = websocket_of(
      *address, R"({"webSocketDebuggerUrl":"ws://localhost:9222/devtools/browser/1-2"})", 60s);
  EXPECT_EQ(url.authority(), "10.96.0.33:3010");
  EXPECT_EQ(url.path, "/devtools/browser/1-2");
}

TEST(RemoteBrowser, AsksBrowserlessForABrowserThatLives) {
  const auto address = parse_remote_address("http://10.96.0.33:3010", "a b&c");
  ASSERT_TRUE(address);
  const net::Url url =
      websocket_of(*address, R"({"webSocketDebuggerUrl":"ws://0.0.0.0:3000"})", 3600s);
  EXPECT_EQ(url.path, "/chromium?token=a%20b%26c&timeout=3600000");
  EXPECT_EQ(websocket_of(*address, "not JSON", 1s).path, "/chromium?token=a%20b%26c&timeout=1000");
}

TEST(RemoteBrowser, TakesAWebSocketsAddressAsItIs) {
  const auto address = parse_remote_address("ws://[::1]:9222/devtools/browser/7?x=1", "");
  ASSERT_TRUE(address);
  EXPECT_TRUE(address->is_websocket);
  EXPECT_EQ(address->url.host, "::1");
  EXPECT_EQ(address->url.path, "/devtools/browser/7?x=1");
}

TEST(RemoteBrowser, RefusesWhatItCannotSpeak) {
  EXPECT_FALSE(parse_remote_address("https://x", ""));
  EXPECT_FALSE(parse_remote_address("wss://x", ""));
  EXPECT_FALSE(parse_remote_address("ftp://x", ""));
}

}  // namespace
}  // namespace cdp
