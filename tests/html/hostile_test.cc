// Pages that are made to cost time or memory. Costs are processor time of the thread, which others
// on the machine do not change; eight times the page may cost little more than eight times as much.
#include <ctime>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "html/page.h"
#include "html/utf8.h"

namespace html {
namespace {

std::string times(std::size_t count, const std::function<std::string(std::size_t)>& part) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part(i);
  return text;
}

std::string times(std::size_t count, const std::string& part) {
  return times(count, [&](std::size_t) { return part; });
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Processor time of this thread, the less of two: what others run beside it is not in it.
double cost(const std::string& page) {
  double least = 1e9;
  for (int i = 0; i < 2; ++i) {
    const double start = processor_seconds();
    const Page result = to_markdown(page);
    EXPECT_LE(result.markdown.size(), 40 * page.size() + 1000);
    least = std::min(least, processor_seconds() - start);
  }
  return least;
}

struct Trick {
  const char* name;
  std::function<std::string(std::size_t)> page;
};

class HostilePage : public testing::TestWithParam<Trick> {};

// Quadratic work would be 64 times as much.
TEST_P(HostilePage, CostsInProportionToItsLength) {
  const double small = cost(GetParam().page(500));
  const double large = cost(GetParam().page(4'000));
  EXPECT_LT(large, 24 * small + 0.02) << small << " s, then " << large << " s";
}

const Trick kTricks[] = {
    {"Nesting", [](std::size_t n) { return times(n, "<div>x"); }},
    {"NestingClosed", [](std::size_t n) { return times(n, "<div>x") + times(n, "</div>"); }},
    {"NestedLists", [](std::size_t n) { return times(n, "<ul><li>x"); }},
    {"NestedQuotes", [](std::size_t n) { return times(n, "<blockquote>x<p>y"); }},
    {"NestedTables", [](std::size_t n) { return times(n, "<table><tr><td>x"); }},
    {"NestedDataTables", [](std::size_t n) { return times(n, "<table><tr><th>a<td>x"); }},
    {"NestedLinks", [](std::size_t n) { return times(n, "<a href=x><span>y"); }},
    {"NestedSup", [](std::size_t n) { return times(n, "<sup>1"); }},
    {"Formatting", [](std::size_t n) { return times(n, "<b><i><p>x</b>y"); }},
    {"DifferentFormatting",
     [](std::size_t n) {
       return times(n, [](std::size_t i) { return "<font color=" + std::to_string(i) + ">x<p>"; });
     }},
    {"EndTags",
     [](std::size_t n) {
       return times(400, "<div><span>") + times(n, "</p></li></b></td></table></x>");
     }},
    {"Paragraphs", [](std::size_t n) { return times(400, "<div>") + times(n, "<p>x"); }},
    {"Attributes",
     [](std::size_t n) {
       return times(n / 4000 + 1, [](std::size_t i) {
         return "<p " +
                times(4000,
                      [&](std::size_t j) { return "a" + std::to_string(i * 4000 + j) + "=1 "; }) +
                ">x";
       });
     }},
    {"AttributeNames",
     [](std::size_t n) {
       return times(n, [](std::size_t i) { return "<p zz" + std::to_string(i) + "=1>x"; });
     }},
    {"TagNames",
     [](std::size_t n) {
       return times(n, [](std::size_t i) { return "<zz" + std::to_string(i) + ">x"; });
     }},
    {"SameAttribute",
     [](std::size_t n) {
       return "<p " + times(std::min<std::size_t>(n, 4000), "class=a ") + ">" + times(n, "x");
     }},
    {"Classes",
     [](std::size_t n) {
       return times(
           n, [](std::size_t i) { return "<p class='nav sidebar" + std::to_string(i) + "'>x"; });
     }},
    {"Entities", [](std::size_t n) { return times(n, "&amp;&notanentity;&#1234567890;&"); }},
    {"Brackets", [](std::size_t n) { return times(n, "[![<a href=x>["); }},
    {"Backticks",
     [](std::size_t n) { return "<code>" + times(n, "`a``") + "</code><pre>" + times(n, "```"); }},
    {"Stars", [](std::size_t n) { return times(n, "*_~`<&\\|"); }},
    {"Comment", [](std::size_t n) { return "a<!--" + times(n, "-- <p>"); }},
    {"Script", [](std::size_t n) { return "a<script>" + times(n, "</scrip <!--"); }},
    {"Breaks", [](std::size_t n) { return times(n, "<br>x<br><br>"); }},
    {"Headings", [](std::size_t n) { return times(n, "<h1>x<h2>"); }},
    {"Cells",
     [](std::size_t n) {
       return "<table><tr>" + times(n, "<th colspan=1000 rowspan=1000>x") + times(n, "<tr>");
     }},
    {"WideRows",
     [](std::size_t n) {
       return "<table><tr>" + times(n, "<th rowspan=1000>x") + times(n, "<tr><td>y<td>z");
     }},
    {"Rows", [](std::size_t n) { return "<table>" + times(n, "<tr><td rowspan=65534>x<td>y"); }},
    {"Links", [](std::size_t n) { return times(n, "<a href='http://h/a?b#c'>x</a> "); }},
    {"Style", [](std::size_t n) { return times(n, "<p style='a:b;;;;;display :none'>x"); }},
    {"JsonLd",
     [](std::size_t n) {
       return "<script type='application/ld+json'>" + times(n, "[{\"a\":") + "</script>x";
     }},
    {"Definitions", [](std::size_t n) { return times(n, "<dl><dt>x<dd>y"); }},
    {"Code", [](std::size_t n) { return times(n, "<pre><code>x<div>"); }},
    {"Svg", [](std::size_t n) { return times(n, "<svg><g><p>x"); }},
    {"Math", [](std::size_t n) { return times(n, "<math><mi>x"); }},
};

INSTANTIATE_TEST_SUITE_P(Tricks, HostilePage, testing::ValuesIn(kTricks),
                         [](const auto& tested) { return tested.param.name; });

TEST(Hostile, SurvivesNestingOfAnyDepth) {
  const Page page =
      to_markdown(times(100'000, "<div>") + "deep" + times(100'000, "</div>") + "<p>after");
  EXPECT_NE(page.markdown.find("deep"), std::string::npos);
  EXPECT_NE(page.markdown.find("after"), std::string::npos);
}

TEST(Hostile, ReadsSoMuchOfAPageAndSaysSo) {
  const std::string page = times(100'000, "<p>text ");
  const Page cut = to_markdown(page, {.max_bytes = 10'000});
  EXPECT_TRUE(cut.truncated);
  EXPECT_LT(cut.markdown.size(), 10'000U);
  EXPECT_FALSE(to_markdown(page).truncated);
}

TEST(Hostile, StopsAtATagThatDoesNotEnd) {
  const Page page = to_markdown(
      "<p>before<p " + times(200'000, [](std::size_t i) { return "a" + std::to_string(i) + " "; }) +
      ">after");
  EXPECT_TRUE(page.truncated);
  EXPECT_EQ(page.markdown, "before\n");
}

TEST(Hostile, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(to_markdown("<p>a\xff"
                        "b\xc3",
                        {.main_content = false})
                .markdown,
            "a\ufffdb\ufffd\n");
  EXPECT_EQ(to_markdown("<p title='\xed\xa0\x80'>a", {.main_content = false}).markdown, "a\n");
}

TEST(Hostile, CutsNoCharacterInTwo) {
  for (std::size_t before = 0; before < 4; ++before) {
    const std::string text = std::string(before, 'x') + times(3000, "\u6f22");
    const Page page =
        to_markdown("<title>" + text + "</title><img src=/a alt='" + text + "'><p>" + text,
                    {.url = "https://example.org/", .max_bytes = 20'001 + before});
    for (const std::string* cut : {&page.title, &page.markdown})
      EXPECT_EQ(valid_utf8_prefix(*cut), cut->size()) << *cut;
  }
}

}  // namespace
}  // namespace html
