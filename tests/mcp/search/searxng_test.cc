#include <gtest/gtest.h>

#include "mcp/search/results.h"

namespace mcp::search {
namespace {

TEST(ParseSearxng, ReadsTheResults) {
  const auto answer = parse_searxng(200, R"({"query": "x", "results": [
    {"url": "https://a.test/", "title": "A", "content": "About a", "engine": "one"},
    {"url": "javascript:1", "title": "B"}, 7, {"title": "no address"}, {"url": "http://c.test", "title": null}]})");
  ASSERT_TRUE(std::holds_alternative<Results>(answer));
  const auto& list = std::get<Results>(answer).list;
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].title + "|" + list[0].url + "|" + list[0].snippet, "A|https://a.test/|About a");
  EXPECT_EQ(list[1].url, "http://c.test/");
}

TEST(ParseSearxng, TellsNoResultsFromWhatIsNoAnswer) {
  const auto none = parse_searxng(200, R"({"results": []})");
  EXPECT_TRUE(std::get<Results>(none).list.empty());
  EXPECT_FALSE(std::get<Results>(none).next);
  EXPECT_TRUE(std::holds_alternative<Challenge>(parse_searxng(429, "")));
  for (const char* text : {"", "<html>", "[]", "{}", R"({"results": 7})"})
    EXPECT_TRUE(std::holds_alternative<Unknown>(parse_searxng(200, text))) << text;
  EXPECT_NE(std::get<Unknown>(parse_searxng(403, "")).why.find("search.formats"),
            std::string::npos);
}

}  // namespace
}  // namespace mcp::search
