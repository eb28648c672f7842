#include "mcp/browser/keys.h"

#include <gtest/gtest.h>

namespace mcp::browser {
namespace {

TEST(Keys, TypeOneLetter) {
  const auto events = key_events("a");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0]["type"], "keyDown");
  EXPECT_EQ((*events)[0]["text"], "a");
  EXPECT_EQ((*events)[0]["code"], "KeyA");
  EXPECT_EQ((*events)[0]["windowsVirtualKeyCode"], 65);
  EXPECT_EQ((*events)[1]["type"], "keyUp");
}

TEST(Keys, HoldModifiersAndTypeNothingWithThem) {
  const auto events = key_events("Control+Shift+ArrowLeft");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 6U);
  EXPECT_EQ((*events)[2]["key"], "ArrowLeft");
  EXPECT_EQ((*events)[2]["modifiers"], 10);
  EXPECT_EQ((*events)[3]["modifiers"], 10);
  EXPECT_EQ((*events)[5]["modifiers"], 0);
  const auto all = key_events("Control+a");
  ASSERT_TRUE(all);
  EXPECT_FALSE((*all)[1].contains("text"));
  EXPECT_EQ((*key_events("Shift+A"))[1]["text"], "A");
}

TEST(Keys, GoByTheNamesThatPeopleUse) {
  EXPECT_EQ((*key_events("enter"))[0]["text"], "\r");
  EXPECT_EQ((*key_events("esc"))[0]["key"], "Escape");
  EXPECT_EQ((*key_events("ctrl+c"))[0]["key"], "Control");
  EXPECT_EQ((*key_events("+"))[0]["text"], "+");
  EXPECT_EQ((*key_events("Control++"))[1]["key"], "+");
  EXPECT_EQ((*key_events(" "))[0]["code"], "Space");
  EXPECT_EQ((*key_events("é"))[0]["text"], "é");
}

TEST(Keys, RefuseWhatIsNone) {
  for (const char* chord : {"", "Any", "Control+", "a+b", "F13", "Control+Nope"})
    EXPECT_FALSE(key_events(chord)) << chord;
}

}  // namespace
}  // namespace mcp::browser
