#include "fetch/redirect.h"

#include <gtest/gtest.h>

namespace fetch {
namespace {

Request request_for(std::string_view url, std::string method = "GET") {
  Request request{.url = *parse_url(url), .method = std::move(method)};
  if (request.method == "POST") request.body = "a=b";
  return request;
}

Response redirect(int status, std::string location) {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

TEST(Redirected, FollowsOnlyRedirectsWithAPlace) {
  const Request request = request_for("https://a.test/x");
  for (const int status : {200, 201, 204, 300, 304, 305, 306, 400, 404, 500})
    EXPECT_FALSE(*redirected(request, redirect(status, "/y"))) << status;
  EXPECT_FALSE(*redirected(request, Response{.status = 302}));
  for (const int status : {301, 302, 303, 307, 308})
    EXPECT_EQ((*redirected(request, redirect(status, " /y ")))->url.href(), "https://a.test/y")
        << status;
}

TEST(Redirected, SendsAFormAgainOnlyWhereTheStatusSaysSo) {
  const Request request = request_for("https://a.test/x", "POST");
  for (const int status : {301, 302, 303}) {
    const auto next = *redirected(request, redirect(status, "/y"));
    EXPECT_EQ(next->method + next->body, "GET") << status;
  }
  for (const int status : {307, 308}) {
    const auto next = *redirected(request, redirect(status, "/y"));
    EXPECT_EQ(next->method + next->body, "POSTa=b") << status;
  }
}

TEST(Redirected, RefusesOtherSchemesAndPasswords) {
  const Request request = request_for("https://a.test/x");
  for (const char* place : {"file:///etc/passwd", "ftp://a.test/", "javascript:1",
                            "data:text/html,x", "https://u:p@b.test/", "http://[::g]/"}) {
    const auto next = redirected(request, redirect(302, place));
    ASSERT_FALSE(next) << place;
    EXPECT_NE(next.error().what.find("https://a.test/x redirects to \""), std::string::npos)
        << next.error().what;
  }
}

TEST(Redirected, KeepsTheFragmentAndForgetsTheCookies) {
  Request request = request_for("https://a.test/x#part");
  request.cookies = "secret=1";
  auto next = **redirected(request, redirect(302, "https://b.test/y"));
  EXPECT_EQ(next.url.href(), "https://b.test/y#part");
  EXPECT_EQ(next.cookies, "");
  next = **redirected(request, redirect(302, "/y#other"));
  EXPECT_EQ(next.url.fragment, "other");
}

TEST(Redirected, TellsOtherSitesNoMoreThanABrowserDoes) {
  Request request = request_for("https://a.test/form", "POST");
  request.site = Request::Site::same_origin;
  request.origin = "https://a.test";
  request.referer = "https://a.test/form";
  const auto elsewhere = **redirected(request, redirect(307, "https://b.test/"));
  EXPECT_EQ(elsewhere.site, Request::Site::cross_site);
  EXPECT_EQ(elsewhere.origin, "null");
  const auto plain = **redirected(request, redirect(302, "http://a.test/"));
  EXPECT_EQ(plain.referer, "");
}

}  // namespace
}  // namespace fetch
