#include <gtest/gtest.h>

#include "html/markdown_of.h"

namespace html {
namespace {

TEST(Markdown, WritesHeadingsParagraphsAndBreaks) {
  EXPECT_EQ(markdown_of("<h2>Some <b>title</b></h2><p>one\n two<p>a<br>b<br><br>c"),
            "## Some title\n\none two\n\na  \nb\n\nc");
}

TEST(Markdown, MovesSpacesOutOfEmphasis) {
  EXPECT_EQ(markdown_of("a<b> bold </b>b <i></i><em>c<em>d</em></em>"), "a **bold** b *cd*");
}

TEST(Markdown, NestsLists) {
  EXPECT_EQ(markdown_of("<ul><li>a<li>b<ol start=7><li>x<li>y</ol><li>c</ul>"),
            "- a\n- b\n  7. x\n  8. y\n- c");
}

TEST(Markdown, KeepsTheBlocksOfAnItemTogether) {
  EXPECT_EQ(markdown_of("<ol><li><p>a</p><pre>x\n  y</pre></li><li>b</ol>"),
            "1. a\n\n   ```\n   x\n     y\n   ```\n\n2. b");
}

TEST(Markdown, ShowsWhatIsTicked) {
  EXPECT_EQ(
      markdown_of("<ul><li><input type=checkbox checked> done<li><input type=checkbox>open</ul>"),
      "- [x] done\n- [ ] open");
}

TEST(Markdown, QuotesWithinQuotes) {
  EXPECT_EQ(markdown_of("<blockquote>a<blockquote><p>b</blockquote></blockquote>c"),
            "> a\n>\n> > b\n\nc");
}

TEST(Markdown, WritesTablesOfData) {
  EXPECT_EQ(markdown_of("<table><caption>Cap</caption><tr><th>A<th>B<tr><td>1|2<td><p>x</p><p>y</"
                        "p><tr><td colspan=2>z</table>"),
            "Cap\n\n| A | B |\n| --- | --- |\n| 1\\|2 | x y |\n| z | |");
}

TEST(Markdown, LeavesTheHeaderEmptyWhereRowsHaveTheirOwn) {
  EXPECT_EQ(markdown_of("<table><tr><th>k<td>v<tr><th>l<td>w</table>"),
            "| | |\n| --- | --- |\n| k | v |\n| l | w |");
}

TEST(Markdown, KeepsColumnsInPlaceBelowACellOfSeveralRows) {
  EXPECT_EQ(markdown_of("<table><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3</table>"),
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n| | 3 |");
}

TEST(Markdown, LosesNoCellOfAWideTable) {
  std::string page = "<table><tr>";
  for (int i = 0; i < 100; ++i) page += "<th>h" + std::to_string(i);
  page += "<tr><td>only";
  const std::string markdown = markdown_of(page);
  EXPECT_NE(markdown.find("| h99 |"), std::string::npos);
  EXPECT_NE(markdown.find("| only |"), std::string::npos);
}

TEST(Markdown, UnfoldsTablesThatArrangeThePage) {
  EXPECT_EQ(
      markdown_of(
          "<table><tr><td><h2>A</h2>text<td><table><tr><td>x<td>y<tr><td>z<td>w</table></table>"),
      "## A\n\ntext\n\n| x | y |\n| --- | --- |\n| z | w |");
}

TEST(Markdown, FencesCodeAndNamesItsLanguage) {
  EXPECT_EQ(
      markdown_of("<pre><code class=\"hljs language-cpp\">\nint  x;\n\n\ty();\n</code></pre>"),
      "```cpp\nint  x;\n\n\ty();\n```");
  EXPECT_EQ(
      markdown_of("<div class='highlight-python notranslate'><pre><span>a</span> = 1</pre></div>"),
      "```python\na = 1\n```");
  EXPECT_EQ(markdown_of("<pre>a ``` b</pre>"), "````\na ``` b\n````");
}

TEST(Markdown, LeavesLineNumbersOut) {
  EXPECT_EQ(markdown_of("<pre><span class=lineno>1 </span>a\n<span class=lineno>2 </span>b</pre>"),
            "```\na\nb\n```");
}

TEST(Markdown, PutsCodeInEnoughBackticks) {
  EXPECT_EQ(markdown_of("<code>a`b</code> <kbd> Ctrl </kbd><code><a href=/x>f()</a></code>"),
            "``a`b`` `Ctrl` `f()`");
}

TEST(Markdown, ResolvesLinksAndLeavesOutTheRest) {
  EXPECT_EQ(markdown_of("<a href='../a b?x=(1)'>t</a> <a href='#s'>s</a> <a "
                        "href='javascript:x()'>j</a> <a href=//h/p>p</a>"),
            "[t](<https://example.org/a%20b?x=(1)>) s j [p](https://h/p)");
  EXPECT_EQ(markdown_of("<base href=/other/><a href=x>t</a>"), "[t](https://example.org/other/x)");
  EXPECT_EQ(markdown_of("<a href=x>t</a> <img src=y alt=picture>", false), "t");
}

TEST(Markdown, GivesALinkAroundBlocksToTheFirst) {
  EXPECT_EQ(markdown_of("<a href=/x><h3>T</h3><p>p</p></a>"),
            "### [T](https://example.org/x)\n\np");
}

TEST(Markdown, ShowsImagesWithTheirTextAndLeavesOutTinyOnes) {
  EXPECT_EQ(markdown_of("<img src=a.png alt='A [b]'><img src=t.gif width=1 height=1><img "
                        "src='data:image/png;base64,x' data-src=l.png>"),
            "![A b](https://example.org/docs/a.png)![](https://example.org/docs/l.png)");
}

TEST(Markdown, WritesDefinitionListsFiguresAndFormulas) {
  EXPECT_EQ(markdown_of("<dl><dt>t<dd>a<dd>b</dl>"), "t\n: a\n: b");
  EXPECT_EQ(markdown_of("<figure><img src=/a.png alt=x><figcaption>Cap</figcaption></figure>"),
            "![x](https://example.org/a.png)\n\nCap");
  EXPECT_EQ(
      markdown_of("<math alttext='\\frac{1}{2}'><mi>y</mi></math> x<sup>2</sup> 1<sup>st</sup>"),
      "$\\frac{1}{2}$ x^2 1st");
}

TEST(Markdown, EscapesOnlyWhatWouldMeanSomethingElse) {
  EXPECT_EQ(
      markdown_of("<p>2 * 3 snake_case *x* _y_ [1] a](b &lt;b> 1 &lt; 2 &amp;amp; &amp; C# ~~"),
      "2 * 3 snake_case \\*x\\* \\_y\\_ [1] a\\](b \\<b> 1 < 2 \\&amp; & C# \\~\\~");
  EXPECT_EQ(markdown_of("<p>1. x<p># y<p>- z<p>> w<p>#tag<p>1.5"),
            "1\\. x\n\n\\# y\n\n\\- z\n\n\\> w\n\n#tag\n\n1.5");
  EXPECT_EQ(markdown_of("Wow!<a href=/x>y [z]</a>"), "Wow\\![y \\[z\\]](https://example.org/x)");
}

TEST(Markdown, LeavesOutWhatIsNotSeen) {
  EXPECT_EQ(
      markdown_of(
          "a<p hidden>b</p><p style='color:red; Display: none'>c</p><span aria-hidden=true>d</span>"
          "<script>e</script><style>f</style><template>g</template><!-- h --><noscript>i</noscript>"
          "<svg><text>j</text></svg><select><option>k</select><textarea>l</textarea>"),
      "a");
  EXPECT_EQ(markdown_of("a\u200b\u00adb\u202ec\U000E0041d\u00a0e"), "abcd e");
}

TEST(Markdown, LeavesOutTheSignsBesideHeadings) {
  EXPECT_EQ(markdown_of("<h2>Title<a class=headerlink href='#title'>¶</a></h2>"), "## Title");
}

}  // namespace
}  // namespace html
