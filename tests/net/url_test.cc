#include "net/url.h"

#include <string>

#include <gtest/gtest.h>

namespace net {
namespace {

TEST(Url, HasHostPortAndPath) {
  const auto url = parse_url("http://10.96.0.30:8010");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "10.96.0.30");
  EXPECT_EQ(url->port, 8010);
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(url->authority(), "10.96.0.30:8010");
}

TEST(Url, LosesItsTrailingSlash) {
  EXPECT_EQ(parse_url("http://a/")->path, "");
  EXPECT_EQ(parse_url("http://a:1/x/")->path, "/x");
  EXPECT_EQ(parse_url("http://a/x/y")->path, "/x/y");
  EXPECT_EQ(parse_url("http://a")->port, 80);
}

// R44: as an OpenAI base URL is written.
TEST(Url, LosesItsVersion) {
  EXPECT_EQ(parse_url("http://a:1/v1/")->path, "");
  EXPECT_EQ(parse_url("http://a:1/x/v1")->path, "/x");
  EXPECT_EQ(parse_url("http://a:1/xv1")->path, "/xv1");
}

TEST(Url, KnowsVersionSixAddresses) {
  const auto url = parse_url("http://[::1]:8010/v1");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8010);
  EXPECT_EQ(url->authority(), "[::1]:8010");
}

TEST(Url, SaysWhatIsWrong) {
  for (const char* text : {"", "localhost:8010", "https://a", "ftp://a", "http://", "http://:80",
                           "http://a:", "http://a:0x50", "http://a:65536", "http://a:-1",
                           "http://[::1", "http://[::1]x", "http://a b", "http://a\r\nx: y",
                           "http://user:secret@a", "http://a/?x=1", "http://a/#f"}) {
    const auto url = parse_url(text);
    EXPECT_FALSE(url) << text << " gives " << (url ? url->authority() + url->path : "");
    if (!url) EXPECT_FALSE(url.error().empty()) << text;
  }
}

TEST(Endpoint, IsAnAddressAndAPort) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:8011")->address, "127.0.0.1");
  EXPECT_EQ(parse_endpoint("127.0.0.1:8011")->port, 8011);
  EXPECT_EQ(parse_endpoint("[::1]:8011")->address, "::1");
  EXPECT_EQ(parse_endpoint("0.0.0.0:0")->port, 0);
}

TEST(Endpoint, SaysWhatIsWrong) {
  for (const char* text :
       {"", "8011", ":8011", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:a",
        "::1:8011", "example.org:80", "127.0.0.1:80 ", "1.2.3:80"})
    EXPECT_FALSE(parse_endpoint(text)) << text;
}

// E18
TEST(LoopbackHost, IsOnlyWhatIsThisMachine) {
  for (const char* host : {"127.0.0.1", "127.8.9.10", "localhost", "::1"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const char* host : {"", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1",
                           "0.0.0.0", "127", "evil.example", "127.0.0.256", "::2", "1270.0.1"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace net
