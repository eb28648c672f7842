#include <gtest/gtest.h>

#include "base/error.h"
#include "mcp/browser/act.h"

namespace mcp::browser {
namespace {

TEST(ActArguments, SayWhatAnActionLacks) {
  for (const char* text :
       {R"({"action":"click"})", R"({"action":"fill","ref":"e1"})",
        R"({"action":"fill","text":"x"})", R"({"action":"select","ref":"e1"})",
        R"({"action":"press"})", R"({"action":"navigate"})", R"({"action":"switch_tab"})"}) {
    EXPECT_THROW(decode_act(nlohmann::json::parse(text)), base::Error) << text;
  }
}

TEST(ActArguments, TakeWhatModelsWrite) {
  const Act select = decode_act({{"action", "select"}, {"ref", "e1"}, {"text", "Large"}});
  EXPECT_EQ(select.values, std::vector<std::string>{"Large"});
  EXPECT_EQ(decode_act({{"action", "press"}, {"text", "Enter"}}).key, "Enter");
  EXPECT_EQ(decode_act({{"action", "fill"}, {"ref", "e1"}, {"text", ""}}).text, "");
  const Act asked = decode_act({{"action", "click"}, {"ref", "e1"}, {"dialog_text", "Ada"}});
  EXPECT_EQ(asked.dialogs.accept, true);
  EXPECT_EQ(decode_act({{"action", "back"}, {"dialog", "dismiss"}}).dialogs.accept, false);
}

TEST(Addresses, AreOfTheWebOnly) {
  EXPECT_EQ(*check_address(" example.org/a "), "https://example.org/a");
  EXPECT_EQ(*check_address("localhost:3000"), "https://localhost:3000");
  EXPECT_EQ(*check_address("http://[::1]:80/"), "http://[::1]:80/");
  EXPECT_EQ(*check_address("about:blank"), "about:blank");
  for (const char* text :
       {"file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "chrome://version",
        "view-source:http://x", "http://", "http://u:p@x/", ""})
    EXPECT_FALSE(check_address(text)) << text;
}

}  // namespace
}  // namespace mcp::browser
