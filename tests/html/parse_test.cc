#include "html/parse.h"

#include <gtest/gtest.h>

namespace html {
namespace {

// "body(p(a) ul(li li))", by the names that are in use here.
std::string name(Tag tag) {
  switch (tag) {
    case LXB_TAG_P:
      return "p";
    case LXB_TAG_DIV:
      return "div";
    case LXB_TAG_B:
      return "b";
    case LXB_TAG_I:
      return "i";
    case LXB_TAG_UL:
      return "ul";
    case LXB_TAG_LI:
      return "li";
    case LXB_TAG_TABLE:
      return "table";
    case LXB_TAG_TBODY:
      return "tbody";
    case LXB_TAG_TR:
      return "tr";
    case LXB_TAG_TD:
      return "td";
    case LXB_TAG_H1:
      return "h1";
    case LXB_TAG_DT:
      return "dt";
    case LXB_TAG_DD:
      return "dd";
    case LXB_TAG_FORM:
      return "form";
    case LXB_TAG_SPAN:
      return "span";
    case LXB_TAG_A:
      return "a";
    case kText:
      return "#";
    case kCustom:
      return "x";
    default:
      return "?";
  }
}

std::string tree_of(std::string_view page) {
  const Document document = parse(page, page.size());
  std::string tree;
  std::vector<NodeId> open;
  for (NodeId id = 1; id < document.nodes.size(); ++id) {
    while (!open.empty() && document[open.back()].end <= id) open.pop_back(), tree += ')';
    if (!tree.empty() && tree.back() != '(') tree += ' ';
    tree += name(document[id].tag);
    if (document[id].end > id + 1) tree += '(', open.push_back(id);
  }
  return tree + std::string(open.size(), ')');
}

TEST(Parse, ClosesWhatHtmlLetsOneLeaveOut) {
  EXPECT_EQ(tree_of("<p>a<p>b<div>c"), "p(#) p(#) div(#)");
  EXPECT_EQ(tree_of("<ul><li>a<li>b<ul><li>c</ul>d<li>e</ul>"),
            "ul(li(#) li(# ul(li(#)) #) li(#))");
  EXPECT_EQ(tree_of("<dt>a<dd>b<dt>c"), "dt(#) dd(#) dt(#)");
  EXPECT_EQ(tree_of("<table><tr><td>a<td>b<tr><td>c</table>d"),
            "table(tr(td(#) td(#)) tr(td(#))) #");
  EXPECT_EQ(tree_of("<table><td>a</table>"), "table(tr(td(#)))");
  EXPECT_EQ(tree_of("<td>a"), "#");
}

TEST(Parse, LetsNoEndTagReachOutOfACell) {
  EXPECT_EQ(tree_of("<div><table><tr><td>a</div>b</table>c"), "div(table(tr(td(#))) #)");
  EXPECT_EQ(tree_of("<p><table><tr><td>a</p>b</table>c"), "p table(tr(td(#))) #");
}

TEST(Parse, KeepsBlocksWhereFormattingEndsTooEarly) {
  const std::string_view page = "<b>a<p>b</b>c</p>d";
  EXPECT_EQ(tree_of(page), "b(# p(#) #)");
  EXPECT_TRUE(parse(page, page.size())[1].no_effect);
  EXPECT_EQ(tree_of("<b><i>a</b>c"), "b(i(#)) #");
}

TEST(Parse, EndsNoOtherElementWithAForm) {
  EXPECT_EQ(tree_of("<form><div>a</form>b</div>c"), "form(div(#) #)");
}

TEST(Parse, IgnoresEndTagsOfWhatIsNotOpen) {
  EXPECT_EQ(tree_of("a</div></p></span></li></table>b"), "#");
}

TEST(Parse, ReadsOnAfterAnSvgOrSelectThatDoesNotEnd) {
  EXPECT_EQ(tree_of("<svg><path><div>a"), "div(#)");
  EXPECT_EQ(tree_of("<select><option>x<p>a"), "p(#)");
}

TEST(Parse, DecodesEntitiesAndJoinsTexts) {
  const Document document = parse("a&amp;&eacute;&#x41;<!-- x -->b\0c", 100);
  ASSERT_EQ(document.nodes.size(), 2U);
  EXPECT_EQ(document.text_of(document[1]), "a&éAb");
}

TEST(Parse, KeepsTheFirstOfEqualAttributes) {
  const Document document = parse("<a href=1 href=2 onclick=x>", 100);
  EXPECT_EQ(document.value(1, Attr::href), "1");
  EXPECT_EQ(document[1].length, 2U);
}

}  // namespace
}  // namespace html
