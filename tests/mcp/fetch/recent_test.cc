#include "mcp/fetch/recent.h"

#include <gtest/gtest.h>

namespace mcp::fetch {
namespace {

Document document(std::string text) {
  Document made{.address = "https://a.test/", .kind = "text"};
  made.text = std::move(text);
  return made;
}

constexpr Recent::Clock::time_point now{std::chrono::hours(1)};

TEST(Recent, KeepsTheLastFewForAWhile) {
  Recent recent;
  for (int i = 0; i < 10; ++i) recent.keep(std::to_string(i), document("text"), now);
  EXPECT_EQ(recent.find("0", now), nullptr);
  EXPECT_EQ(recent.find("1", now), nullptr);
  ASSERT_NE(recent.find("9", now), nullptr);
  EXPECT_NE(recent.find("2", now + Recent::kept_for), nullptr);
  EXPECT_EQ(recent.find("2", now + Recent::kept_for + std::chrono::seconds(1)), nullptr);
}

TEST(Recent, ReplacesAnOlderOneOfTheSameName) {
  Recent recent;
  recent.keep("a", document("old"), now);
  recent.keep("a", document("new"), now);
  EXPECT_EQ(recent.find("a", now)->text, "new");
}

TEST(Recent, LetsGoOfOldOnesWhenTheyAreTooMuch) {
  Recent recent;
  recent.keep("old", document(std::string(Recent::max_bytes / 2 + 1, 'x')), now);
  recent.keep("new", document(std::string(Recent::max_bytes / 2 + 1, 'x')), now);
  EXPECT_EQ(recent.find("old", now), nullptr);
  EXPECT_NE(recent.find("new", now), nullptr);
}

}  // namespace
}  // namespace mcp::fetch
