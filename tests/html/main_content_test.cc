#include <string>

#include <gtest/gtest.h>

#include "html/page.h"

namespace html {
namespace {

const std::string kText =
    "<p>The committee met on Tuesday, heard three reports, and decided, after a long debate, to "
    "build the bridge anyway.</p>"
    "<p>Work begins in spring, the mayor said, and will take two years, weather permitting, at a "
    "cost of four million.</p>";

std::string main_of(const std::string& page) {
  return to_markdown(page, {.url = "https://example.org/"}).markdown;
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(MainContent, LeavesTheFrameOfThePageOut) {
  const std::string main = main_of(
      "<header><a href=/>Home</a></header><nav><ul><li><a href=/a>A</a><li><a "
      "href=/b>B</a></ul></nav>"
      "<div id=content>" +
      kText +
      "</div><div class=sidebar><p>Popular, today, and always, in this town.</p></div>"
      "<div class='cookie-consent'><p>We use cookies, of course, and so do "
      "you.</p></div><footer>Imprint</footer>");
  EXPECT_TRUE(has(main, "The committee met"));
  EXPECT_TRUE(has(main, "Work begins"));
  for (const char* other : {"Home", "Popular", "cookies", "Imprint"})
    EXPECT_FALSE(has(main, other)) << other;
}

TEST(MainContent, LeavesCommentsAndTeasersOutInSeveralLanguages) {
  for (const char* name : {"comments", "kommentare", "related-posts", "share-buttons",
                           "newsletterSignup", "relacionadas"}) {
    const std::string main =
        main_of("<article>" + kText + "<div class='" + name +
                "'><p>Nothing of this, really, belongs here.</p></div></article>");
    EXPECT_TRUE(has(main, "Work begins")) << name;
    EXPECT_FALSE(has(main, "belongs here")) << name;
  }
}

TEST(MainContent, JoinsATextThatIsSplitAmongNeighbours) {
  const std::string main = main_of("<div><div class=part>" + kText +
                                   "</div><div class=part><p>Second part, with a few words, and "
                                   "some more of them, so that it counts, as it should.</p>"
                                   "<p>And one more paragraph, with commas, and all that belongs "
                                   "to a text, of some length.</p></div></div>");
  EXPECT_TRUE(has(main, "The committee met"));
  EXPECT_TRUE(has(main, "Second part"));
}

TEST(MainContent, DropsHeadingsThatNothingFollows) {
  const std::string main = main_of("<article><h2>Bridge</h2>" + kText +
                                   "<h3>More on this</h3><ul><li><a href=/x>One more</a><li><a "
                                   "href=/y>And another</a></ul></article>");
  EXPECT_TRUE(has(main, "## Bridge"));
  EXPECT_FALSE(has(main, "More on this"));
}

TEST(MainContent, TellsTheTitleApart) {
  const Page page =
      to_markdown("<title>The bridge</title><article><h1>The bridge</h1>" + kText + "</article>");
  EXPECT_EQ(page.title, "The bridge");
  EXPECT_FALSE(has(page.markdown, "# The bridge"));
  EXPECT_TRUE(page.main_content);
}

TEST(MainContent, KeepsAllButTheFrameWhereNothingStandsOut) {
  const Page page = to_markdown(
      "<nav><a href=/>Home</a></nav><ul><li><a href=/a>First</a><li><a href=/b>Second</a></ul>");
  EXPECT_FALSE(page.main_content);
  EXPECT_TRUE(has(page.markdown, "First"));
  EXPECT_FALSE(has(page.markdown, "Home"));
}

TEST(MainContent, IsNotFooledByNamesAroundTheWholeText) {
  EXPECT_TRUE(has(main_of("<div class='has-sidebar nav-open'><div class=footer-fixed>" + kText +
                          "</div></div>"),
                  "The committee met"));
}

}  // namespace
}  // namespace html
