#include "agent/claude_permissions.h"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agent {
namespace {

const std::vector<std::string> web = {"WebFetch", "WebSearch"};

std::string denied(std::string_view text) {
  return deny_tools(text, web).value();
}

TEST(DenyTools, MakesAFileWhereThereIsNone) {
  const auto made = nlohmann::json::parse(denied(" \n"));
  EXPECT_EQ(made, nlohmann::json::parse(R"({"permissions":{"deny":["WebFetch","WebSearch"]}})"));
}

TEST(DenyTools, PutsThemBehindWhatIsThereInItsOwnSpacing) {
  EXPECT_EQ(denied("{\n\t\"permissions\" : {\"deny\": [\n\t\t\"A\"\n\t]}, \"x\":1}"),
            "{\n\t\"permissions\" : {\"deny\": "
            "[\n\t\t\"A\",\n\t\t\"WebFetch\",\n\t\t\"WebSearch\"\n\t]}, \"x\":1}");
  EXPECT_EQ(denied(R"({"permissions":{"deny":[]}})"),
            R"({"permissions":{"deny":["WebFetch","WebSearch"]}})");
  EXPECT_EQ(denied(R"({"permissions":{}})"),
            R"({"permissions":{"deny": ["WebFetch","WebSearch"]}})");
  EXPECT_EQ(denied("{}"), R"({"permissions": {"deny": ["WebFetch","WebSearch"]}})");
  EXPECT_EQ(denied("{\n  \"a\": 1\n}\n"),
            "{\n  \"a\": 1,\n  \"permissions\": {\"deny\": [\"WebFetch\",\"WebSearch\"]}\n}\n");
}

TEST(DenyTools, ChangesNothingTheSecondTime) {
  for (const char* text : {"{}", R"({"permissions":{"deny":["WebSearch"]}})", R"({"a":[1,2]})"})
    EXPECT_EQ(denied(denied(text)), denied(text));
}

TEST(DenyTools, RefusesWhatItCannotReadAndKeepsOddStrings) {
  for (const char* text :
       {"[]", "{", "{ // x\n}", R"({"permissions":[]})", R"({"permissions":{"deny":"x"}})"})
    EXPECT_FALSE(deny_tools(text, web)) << text;
  EXPECT_EQ(denied(R"({"k\"]":"\ud83d}"})"),
            R"({"k\"]":"\ud83d}","permissions": {"deny": ["WebFetch","WebSearch"]}})");
}

TEST(AllowTools, TakesOutJustThoseNamed) {
  const auto allowed = [](std::string_view text) { return allow_tools(text, web).value(); };
  EXPECT_EQ(allowed(R"({"permissions":{"deny":["A", "WebFetch", "B", "WebSearch"]}})"),
            R"({"permissions":{"deny":["A", "B"]}})");
  EXPECT_EQ(allowed(R"({"permissions":{"deny":["WebFetch", "A"]}})"),
            R"({"permissions":{"deny":["A"]}})");
  EXPECT_EQ(allowed(R"({"permissions":{"deny":[ "WebSearch" ]}})"),
            R"({"permissions":{"deny":[]}})");
  EXPECT_EQ(allowed(R"({"x": 1})"), R"({"x": 1})");
}

TEST(AllowTools, UndoesWhatDenyToolsDid) {
  const std::string text = "{\n  \"permissions\": {\n    \"deny\": [\n      \"A\"\n    ]\n  }\n}\n";
  EXPECT_EQ(allow_tools(denied(text), web).value(), text);
}

TEST(IsDenied, LooksAtPermissionsOnly) {
  EXPECT_TRUE(is_denied(R"({"permissions":{"deny":["WebFetch"]}})", "WebFetch"));
  EXPECT_FALSE(is_denied(R"({"permissions":{"allow":["WebFetch"]}})", "WebFetch"));
  EXPECT_FALSE(is_denied("", "WebFetch"));
}

}  // namespace
}  // namespace agent
