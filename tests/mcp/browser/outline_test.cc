#include "mcp/browser/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sys/files.h"

namespace mcp::browser {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string recorded(const std::string& name) {
  return *sys::read_file(std::string(AUTOSRE_SOURCE) + "/tests/golden/browser/" + name);
}

std::string text_of(const std::vector<FrameView>& views) {
  std::string text;
  for (const Line& line : outline(views))
    text += std::string(2 * static_cast<size_t>(line.depth), ' ') + line.text() + "\n";
  return text;
}

// One frame from a tree that the test writes: each node a role, a name and its children's places.
FrameView view_of(std::vector<AxNode> nodes) {
  return {.key = {"F", "L"}, .tree = {std::move(nodes)}};
}

TEST(Outline, ReadsAFormAsChromiumTellsIt) {
  const std::string tree_text = recorded("form.ax.json");
  const std::string layout_text = recorded("form.layout.json");
  json::Document tree;
  json::Document layout;
  ASSERT_FALSE(tree.parse(tree_text));
  ASSERT_FALSE(layout.parse(layout_text));
  FrameView view{.key = {"F", "L"},
                 .tree = decode_ax_tree(tree.root()),
                 .clickable = decode_clickable(layout.root())};
  EXPECT_EQ(text_of({view}), recorded("form.outline.txt"));
}

TEST(Outline, JoinsTextAcrossInlineElements) {
  const auto text = text_of({view_of({{.role = "RootWebArea", .children = {1}},
                                      {.role = "paragraph", .children = {2, 3, 5}},
                                      {.role = "StaticText", .name = "We deliver "},
                                      {.role = "strong", .children = {4}},
                                      {.role = "StaticText", .name = "everywhere"},
                                      {.role = "StaticText", .name = " today."}})});
  EXPECT_EQ(text, "- text: We deliver everywhere today.\n");
}

TEST(Outline, SaysNothingTwice) {
  const auto text =
      text_of({view_of({{.role = "RootWebArea", .children = {1, 4}},
                        {.role = "heading", .name = "News", .states = {"level=2"}, .children = {2}},
                        {.role = "link", .name = "News", .url = "http://x/n", .children = {3}},
                        {.role = "StaticText", .name = "News"},
                        {.role = "LabelText", .children = {5, 6}},
                        {.role = "StaticText", .name = "Mail"},
                        {.role = "textbox", .name = "Mail"}})});
  EXPECT_EQ(text, "- heading [level=2]\n  - link \"News\" -> http://x/n\n- textbox \"Mail\"\n");
}

TEST(Outline, TakesListenersForControlsUnlessTheyAreLarge) {
  std::vector<AxNode> nodes = {{.role = "RootWebArea", .children = {1, 3}},
                               {.role = "generic", .dom_node = 7, .children = {2}},
                               {.role = "StaticText", .name = "Clear all"},
                               {.role = "generic", .dom_node = 8}};
  for (size_t i = 4; i < 104; ++i) {
    nodes[3].children.push_back(i);
    nodes.push_back({.role = "StaticText", .name = "word "});
  }
  FrameView view = view_of(std::move(nodes));
  view.clickable = {7, 8};
  const auto text = text_of({view});
  EXPECT_THAT(text, HasSubstr("- clickable \"Clear all\""));
  EXPECT_THAT(text, HasSubstr("- text: word word"));
}

TEST(Outline, PutsFramesIntoTheirPlaces) {
  FrameView outer = view_of({{.role = "RootWebArea", .children = {1, 2}},
                             {.role = "Iframe", .name = "Pay", .dom_node = 5},
                             {.role = "StaticText", .name = "after"}});
  outer.inner[5] = 1;
  FrameView inner = view_of(
      {{.role = "RootWebArea", .children = {1}}, {.role = "button", .name = "OK", .dom_node = 5}});
  FrameView broken = inner;
  broken.tree.nodes.clear();
  broken.problem = "this frame cannot be read";
  EXPECT_EQ(text_of({outer, inner}), "- iframe \"Pay\"\n  - button \"OK\"\n- text: after\n");
  EXPECT_THAT(text_of({outer, broken}), HasSubstr("(this frame cannot be read)"));
  EXPECT_EQ(outline({outer, inner})[1].view, 1U);
}

TEST(Outline, EndsInDeepAndRingedTrees) {
  std::vector<AxNode> nodes;
  for (size_t i = 0; i < 5000; ++i) nodes.push_back({.role = "list", .children = {i + 1}});
  nodes.push_back({.role = "StaticText", .name = "deep"});
  EXPECT_THAT(text_of({view_of(std::move(nodes))}), Not(HasSubstr("deep")));
  json::Document ring;
  ASSERT_FALSE(
      ring.parse(R"({"nodes":[{"nodeId":"1","role":{"value":"RootWebArea"},"childIds":["2"]},
                             {"nodeId":"2","role":{"value":"list"},"childIds":["1","2","9"]}]})"));
  EXPECT_EQ(text_of({{.key = {}, .tree = decode_ax_tree(ring.root())}}), "");
}

}  // namespace
}  // namespace mcp::browser
