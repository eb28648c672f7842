#include <gtest/gtest.h>

#include "html/page.h"

namespace html {
namespace {

TEST(Metadata, PrefersWhatJsonLdSaysOfTheArticle) {
  const Page page =
      to_markdown(R"(<html lang=de><head><title>T - S</title><meta property="og:title" content="OG">
    <script type="application/ld+json">{"@graph":[{"@type":"Person","name":"no"},{"@type":["NewsArticle"],"headline":"H",
    "author":[{"name":"Ann"},{"name":"Bob"}],"datePublished":"2024-05-06","publisher":{"name":"Paper"}}]}</script>)");
  EXPECT_EQ(page.title, "H");
  EXPECT_EQ(page.byline, "Ann, Bob");
  EXPECT_EQ(page.published, "2024-05-06");
  EXPECT_EQ(page.site, "Paper");
  EXPECT_EQ(page.language, "de");
}

TEST(Metadata, TakesMetaElementsInTheirOrder) {
  const Page page = to_markdown(
      "<meta name=twitter:title content=second><meta property=og:title content=' first  one '>"
      "<meta name=Author content=Ann><meta property=article:published_time content=2020-01-01>");
  EXPECT_EQ(page.title, "first one");
  EXPECT_EQ(page.byline, "Ann");
  EXPECT_EQ(page.published, "2020-01-01");
}

TEST(Metadata, CutsTheSiteOffTheTitle) {
  EXPECT_EQ(
      to_markdown("<meta property=og:site_name content=Site><title>Story | Site</title>").title,
      "Story");
  EXPECT_EQ(to_markdown("<h1>Only <b>this</b></h1>").title, "Only this");
}

TEST(Metadata, SurvivesBrokenAndDeepJson) {
  EXPECT_EQ(to_markdown("<title>t</title><script type=application/ld+json>{\"a\":</script>").title,
            "t");
  EXPECT_EQ(to_markdown("<title>t</title><script type=application/ld+json>" +
                        std::string(100'000, '[') + "</script>")
                .title,
            "t");
}

}  // namespace
}  // namespace html
