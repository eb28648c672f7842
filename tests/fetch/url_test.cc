#include "fetch/url.h"

#include <gtest/gtest.h>

namespace fetch {
namespace {

TEST(ParseUrl, GivesCanonicalParts) {
  const auto url = parse_url("HTTPS://Exämple.COM:443/a b/../c?q=ü&x=%zz#Part");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "xn--exmple-cua.com");
  EXPECT_EQ(url->target, "/c?q=%C3%BC&x=%zz");
  EXPECT_EQ(url->fragment, "Part");
  EXPECT_EQ(url->href(), "https://xn--exmple-cua.com/c?q=%C3%BC&x=%zz#Part");
}

TEST(ParseUrl, WritesThePortWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ(parse_url("http://a.test:443/")->authority(), "a.test:443");
  EXPECT_EQ(parse_url("http://a.test:80/")->authority(), "a.test");
  EXPECT_EQ(parse_url("https://[2001:DB8::1]:8443/")->authority(), "[2001:db8::1]:8443");
  EXPECT_EQ(parse_url("https://[2001:DB8::1]:8443/")->host, "2001:db8::1");
}

TEST(ParseUrl, ResolvesReferences) {
  const auto base = parse_url("https://a.test/one/two?x#f");
  EXPECT_EQ(parse_url("../three", &*base)->href(), "https://a.test/three");
  EXPECT_EQ(parse_url("//b.test/x", &*base)->href(), "https://b.test/x");
  EXPECT_EQ(parse_url("?y", &*base)->href(), "https://a.test/one/two?y");
  EXPECT_EQ(parse_url("http://c.test", &*base)->href(), "http://c.test/");
}

TEST(ParseUrl, SaysWhatIsWrong) {
  const auto error_of = [](std::string_view text) {
    const auto url = parse_url(text);
    return url ? "nothing, it is " + url->href() : url.error();
  };
  EXPECT_EQ(error_of("example.com/x"), "it does not begin with http:// or https://");
  EXPECT_EQ(error_of("ftp://a.test/"), "only http and https addresses can be fetched, not ftp:");
  EXPECT_EQ(error_of("file:///etc/passwd"),
            "only http and https addresses can be fetched, not file:");
  EXPECT_EQ(error_of("javascript:alert(1)"),
            "only http and https addresses can be fetched, not javascript:");
  EXPECT_EQ(error_of("https://user:secret@a.test/"),
            "it holds a user name or a password, which would be given away");
  EXPECT_EQ(error_of("https://a.test:99999/"), "it is no valid web address");
  EXPECT_EQ(error_of("http://256.1.1.1/"), "it is no valid web address");
  EXPECT_EQ(error_of("http://a b/"), "it is no valid web address");
  EXPECT_EQ(error_of("http://a.test:0/"), "its port is 0");
  EXPECT_EQ(error_of("https://a.test/" + std::string(20000, 'x')), "it is longer than 16 KiB");
}

TEST(Query, IsEncodedAndDecoded) {
  EXPECT_EQ(encode_query("a b&c=ü*"), "a+b%26c%3D%C3%BC*");
  EXPECT_EQ(decode_query("a+b%26c%3D%C3%BC*"), "a b&c=ü*");
  EXPECT_EQ(decode_query("100%"), "100%");
  EXPECT_EQ(decode_query("%4"), "%4");
  EXPECT_EQ(decode_query("%zz"), "%zz");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(decode_query(encode_query(all)), all);
}

TEST(ParseUrl, LowersAHostsLettersAlsoWhereTheyWereEscaped) {
  const auto url = parse_url("http://a%44b/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "adb");
  EXPECT_EQ(*parse_url(url->href()), *url);
}

}  // namespace
}  // namespace fetch
