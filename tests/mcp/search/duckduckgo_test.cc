#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "mcp/search/results.h"

namespace mcp::search {
namespace {

// Pages made for these tests in the shapes of the real ones.
std::string page(const std::string& name) {
  std::ifstream file(std::string(AUTOSRE_SOURCE) + "/tests/mcp/search/pages/" + name + ".html");
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string urls(const Results& results) {
  std::string text;
  for (const Result& one : results.list) text += one.url + "\n";
  return text;
}

TEST(ParseDuckDuckGo, ReadsTheResultsWithoutAdvertisements) {
  const auto answer = parse_duckduckgo(200, page("results"));
  ASSERT_TRUE(std::holds_alternative<Results>(answer));
  const auto& results = std::get<Results>(answer);
  EXPECT_EQ(urls(results),
            "https://encyclopedia.test/wiki/Heat_pump?a=1&b=%C3%BC\nhttps://direct.test/"
            "pumps\nhttp://third.test/\n");
  EXPECT_EQ(results.list[0].title, "Heat pump & co — Encyclopedia");
  EXPECT_EQ(results.list[0].snippet, "A heat pump moves heat from a cold place to a warm one.");
  EXPECT_EQ(results.list[1].snippet, "");
  EXPECT_EQ(results.list[2].snippet, "Its snippet");
}

TEST(ParseDuckDuckGo, TakesTheFormOfTheNextPageNotOfThePreviousOne) {
  const auto answer = parse_duckduckgo(200, page("results"));
  const auto& next = std::get<Results>(answer).next;
  ASSERT_TRUE(next);
  const Fields wanted{{"q", "heat pump"}, {"s", "10"},      {"nextParams", ""},
                      {"v", "l"},         {"o", "json"},    {"dc", "11"},
                      {"api", "d.js"},    {"vqd", "4-222"}, {"kl", "de-de"}};
  EXPECT_EQ(*next, wanted);
}

TEST(ParseDuckDuckGo, ReadsTheSmallPage) {
  const auto answer = parse_duckduckgo(200, page("lite"));
  ASSERT_TRUE(std::holds_alternative<Results>(answer));
  const auto& results = std::get<Results>(answer);
  EXPECT_EQ(urls(results), "https://one.test/\nhttps://two.test/\n");
  EXPECT_EQ(results.list[0].snippet, "About the first");
  EXPECT_TRUE(results.next);
}

TEST(ParseDuckDuckGo, TellsNoResultsFromAChallengeAndFromNonsense) {
  const auto none = parse_duckduckgo(200, page("none"));
  ASSERT_TRUE(std::holds_alternative<Results>(none));
  EXPECT_TRUE(std::get<Results>(none).list.empty());
  for (const int status : {200, 202})
    EXPECT_TRUE(std::holds_alternative<Challenge>(parse_duckduckgo(status, page("challenge"))))
        << status;
  EXPECT_TRUE(
      std::holds_alternative<Challenge>(parse_duckduckgo(202, "<html><p>Accepted</p></html>")));
  for (const int status : {403, 429})
    EXPECT_TRUE(std::holds_alternative<Challenge>(parse_duckduckgo(status, ""))) << status;
  for (const char* text : {"", "<html><body>Maintenance</body></html>", "{}", "<div class=result>"})
    EXPECT_TRUE(std::holds_alternative<Unknown>(parse_duckduckgo(200, text))) << text;
  EXPECT_TRUE(std::holds_alternative<Unknown>(parse_duckduckgo(500, page("results"))));
}

TEST(UnwrapLink, LeadsToThePageItself) {
  EXPECT_EQ(unwrap_link("//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.test%2F%3Fx%3D1%2B2&rut=1"),
            "https://a.test/?x=1+2");
  EXPECT_EQ(unwrap_link("/l/?kh=-1&uddg=http%3A%2F%2Fa.test"), "http://a.test/");
  EXPECT_EQ(unwrap_link("https://a.test/b"), "https://a.test/b");
  for (const char* none :
       {"", "//duckduckgo.com/y.js?ad_domain=a.test", "/settings", "javascript:1", "#",
        "//duckduckgo.com/l/?uddg=ftp%3A%2F%2Fa.test", "//duckduckgo.com/l/?rut=1"})
    EXPECT_EQ(unwrap_link(none), "") << none;
}

}  // namespace
}  // namespace mcp::search
