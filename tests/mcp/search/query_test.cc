#include "mcp/search/query.h"

#include <gtest/gtest.h>

namespace mcp::search {
namespace {

TEST(CheckedWords, LeaveNoBangs) {
  EXPECT_EQ(checked_words("  heat pump ").value(), "heat pump");
  EXPECT_EQ(checked_words("!w heat !g! pump!").value(), "w heat g! pump!");
  EXPECT_FALSE(checked_words("  "));
  EXPECT_FALSE(checked_words("!"));
  EXPECT_TRUE(checked_words(std::string(499, 'x')));
  EXPECT_FALSE(checked_words(std::string(500, 'x')));
}

TEST(DuckDuckGoRequest, IsTheFormOfThePage) {
  const auto base = *::fetch::parse_url("https://html.duckduckgo.com/html/");
  const auto request =
      duckduckgo_request(base, {.words = "a & b", .region = "de-de", .time_range = "week"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "q=a+%26+b&b=&kl=de-de&df=w");
  EXPECT_EQ(request.origin, "https://html.duckduckgo.com");
  EXPECT_EQ(request.referer, "https://html.duckduckgo.com/html/");
  EXPECT_EQ(request.site, ::fetch::Request::Site::same_origin);
  const auto next =
      duckduckgo_request(base, {.words = "a"}, {{"q", "a"}, {"s", "10"}, {"vqd", "4-1"}});
  EXPECT_EQ(next.body, "q=a&s=10&vqd=4-1");
}

TEST(SearxngRequest, AsksTheInstanceForJson) {
  const auto target = [](std::string_view base, const Query& query) {
    return searxng_request(*::fetch::parse_url(base), query).url.target;
  };
  EXPECT_EQ(target("http://s.test", {.words = "a b"}),
            "/search?q=a+b&format=json&language=all&pageno=1");
  EXPECT_EQ(target("http://s.test/sx/",
                   {.words = "a", .region = "us-en", .time_range = "year", .page = 3}),
            "/sx/search?q=a&format=json&language=en-US&pageno=3&time_range=year");
  EXPECT_EQ(target("http://s.test/search", {.words = "a"}),
            "/search?q=a&format=json&language=all&pageno=1");
}

}  // namespace
}  // namespace mcp::search
