#include "mcp/browser/refs.h"

#include <gtest/gtest.h>

namespace mcp::browser {
namespace {

TEST(Refs, StayWithTheElement) {
  RefTable refs;
  const FrameKey frame{"F", "L1"};
  const int button = refs.number_of("T", frame, 10, "button");
  const int link = refs.number_of("T", frame, 11, "link");
  EXPECT_NE(button, link);
  EXPECT_EQ(refs.number_of("T", frame, 10, "button \"Now\""), button);
  EXPECT_EQ(refs.find(button)->label, "button \"Now\"");
  EXPECT_NE(refs.number_of("T", {"F", "L2"}, 10, "button"), button) << "another document";
}

TEST(Refs, GoWithTheirDocumentAndAreNeverGivenAgain) {
  RefTable refs;
  const int old = refs.number_of("T", {"F", "L1"}, 10, "button");
  const int other_tab = refs.number_of("U", {"G", "L1"}, 10, "button");
  refs.keep("T", [](const FrameKey&) { return false; });
  EXPECT_EQ(refs.find(old), nullptr);
  EXPECT_NE(refs.find(other_tab), nullptr);
  EXPECT_GT(refs.number_of("T", {"F", "L1"}, 10, "button"), other_tab);
}

TEST(Refs, AreReadAsModelsWriteThem) {
  for (const char* text : {"e12", " e12 ", "[ref=e12]", "ref=e12", "12"})
    EXPECT_EQ(parse_ref(text), 12) << text;
  for (const char* text : {"", "e", "e0", "x12", "e12e", "e99999999999"})
    EXPECT_EQ(parse_ref(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mcp::browser
