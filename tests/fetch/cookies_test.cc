#include "fetch/cookies.h"

#include <gtest/gtest.h>

namespace fetch {
namespace {

Url url(std::string_view text) {
  return *parse_url(text);
}

TEST(Cookies, GoBackToTheirOwnSiteOnly) {
  Cookies cookies;
  cookies.store(url("https://www.a.test/x/y"), "own=1");
  cookies.store(url("https://www.a.test/x/y"), "wide=2; Domain=.A.test; Path=/");
  cookies.store(url("https://www.a.test/x/y"), "foreign=3; Domain=b.test");
  cookies.store(url("https://www.a.test/x/y"), "top=4; Domain=test; Path=/");
  EXPECT_EQ(cookies.header_for(url("https://www.a.test/x/z")), "own=1; wide=2; top=4");
  EXPECT_EQ(cookies.header_for(url("https://www.a.test/other")), "wide=2; top=4");
  EXPECT_EQ(cookies.header_for(url("https://a.test/x/")), "wide=2");
  EXPECT_EQ(cookies.header_for(url("https://evila.test/x/")), "");
  EXPECT_EQ(cookies.header_for(url("https://b.test/x/")), "");
}

TEST(Cookies, KeepSecureOnesOffPlainConnections) {
  Cookies cookies;
  cookies.store(url("https://a.test/"), "s=1; Secure");
  cookies.store(url("https://a.test/"), "p=2");
  EXPECT_EQ(cookies.header_for(url("http://a.test/")), "p=2");
}

TEST(Cookies, AreReplacedAndTakenAway) {
  Cookies cookies;
  cookies.store(url("https://a.test/"), "a=1");
  cookies.store(url("https://a.test/"), "a=2");
  EXPECT_EQ(cookies.header_for(url("https://a.test/")), "a=2");
  cookies.store(url("https://a.test/"), "a=; Max-Age=0");
  EXPECT_EQ(cookies.header_for(url("https://a.test/")), "");
  cookies.store(url("https://a.test/"), "b=1");
  cookies.store(url("https://a.test/"), "b=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cookies.header_for(url("https://a.test/")), "");
}

TEST(Cookies, CannotBreakOutOfTheHeader) {
  Cookies cookies;
  for (const char* text : {"a=1\r\nX: y", "no pair", "=empty", "a\x01=1", ""})
    cookies.store(url("https://a.test/"), text);
  EXPECT_EQ(cookies.header_for(url("https://a.test/")), "");
  cookies.store(url("https://a.test/"), "big=" + std::string(5000, 'x'));
  for (int i = 0; i < 200; ++i)
    cookies.store(url("https://a.test/"), "n" + std::to_string(i) + "=1");
  EXPECT_LT(cookies.header_for(url("https://a.test/")).size(), 1000u);
}

}  // namespace
}  // namespace fetch
