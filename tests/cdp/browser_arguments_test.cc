#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cdp/local_browser.h"

namespace cdp {
namespace {

using testing::Contains;
using testing::Not;

TEST(BrowserArguments, SendEveryConnectionThroughTheGate) {
  const auto arguments =
      browser_arguments({.program = "/usr/bin/chromium", .profiles = {}, .gate_port = 4711}, "/p");
  EXPECT_EQ(arguments.front(), "/usr/bin/chromium");
  EXPECT_THAT(arguments, Contains("--proxy-server=socks5://127.0.0.1:4711"));
  EXPECT_THAT(arguments, Contains("--proxy-bypass-list=<-loopback>"));
  EXPECT_THAT(arguments, Contains("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"));
  EXPECT_THAT(arguments, Contains("--force-webrtc-ip-handling-policy=disable_non_proxied_udp"));
  EXPECT_THAT(arguments, Contains("--user-data-dir=/p"));
}

TEST(BrowserArguments, GiveUpTheSandboxOnlyWhenTold) {
  EXPECT_THAT(browser_arguments({.program = "c", .profiles = {}}, "/p"),
              Not(Contains("--no-sandbox")));
  EXPECT_THAT(browser_arguments({.program = "c", .profiles = {}, .sandbox = false}, "/p"),
              Contains("--no-sandbox"));
}

TEST(FindBrowser, SaysThatTheNamedOneIsNotThere) {
  EXPECT_THROW(find_browser({{"AUTOSRE_BROWSER", "/none"}, {"PATH", "/bin"}}), base::Error);
  EXPECT_EQ(find_browser({{"PATH", "/nowhere"}}), std::nullopt);
  EXPECT_EQ(find_browser({{"AUTOSRE_BROWSER", "sh"}, {"PATH", "/bin"}}), "/bin/sh");
}

}  // namespace
}  // namespace cdp
