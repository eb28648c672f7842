#include "mcp/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

using nlohmann::json;

const json schema = json::parse(R"({
  "type": "object",
  "properties": {
    "url": {"type": "string", "minLength": 1, "maxLength": 10},
    "count": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5},
    "ratio": {"type": ["number", "null"]},
    "raw": {"type": "boolean"},
    "time": {"type": "string", "enum": ["d", "w"]},
    "steps": {"type": "array", "maxItems": 2, "items": {"type": "object",
      "properties": {"ref": {"type": "string"}}, "required": ["ref"], "additionalProperties": false}}
  },
  "required": ["url"],
  "additionalProperties": false
})");

std::string fault_of(const char* arguments) {
  json value = json::parse(arguments);
  return check_arguments(schema, value).value_or("");
}

json checked(const char* arguments) {
  json value = json::parse(arguments);
  EXPECT_EQ(check_arguments(schema, value), std::nullopt);
  return value;
}

TEST(Arguments, NamesThePlaceOfTheFaultAndWhatIsWanted) {
  EXPECT_EQ(fault_of("{}"), "url: this argument is required");
  EXPECT_EQ(fault_of(R"({"url":3})"), "url: 3 is not of type string");
  EXPECT_EQ(fault_of(R"({"url":""})"), "url: 0 characters is less than 1");
  EXPECT_EQ(fault_of(R"({"url":"12345678901"})"), "url: 11 characters is more than 10");
  EXPECT_EQ(fault_of(R"({"url":"x","count":0})"), "count: 0 is less than 1");
  EXPECT_EQ(fault_of(R"({"url":"x","count":1.5})"), "count: 1.5 is not of type integer");
  EXPECT_EQ(fault_of(R"({"url":"x","time":"y"})"), R"(time: "y" is not one of "d", "w")");
  EXPECT_EQ(fault_of(R"({"url":"x","raw":"maybe"})"), R"(raw: "maybe" is not of type boolean)");
  EXPECT_EQ(fault_of(R"({"url":"x","steps":[{"ref":"a"},{}]})"),
            "steps[1].ref: this argument is required");
  EXPECT_EQ(fault_of(R"({"url":"x","steps":[{"ref":"a","at":1}]})"),
            "steps[0].at: there is no such argument; known are ref");
  EXPECT_EQ(fault_of(R"({"url":"x","steps":[{"ref":"a"},{"ref":"b"},{"ref":"c"}]})"),
            "steps: 3 items is more than 2");
}

TEST(Arguments, SuggestsTheNameThatWasMeant) {
  EXPECT_EQ(fault_of(R"({"url":"x","coumt":1})"),
            "coumt: there is no such argument; did you mean count?");
}

TEST(Arguments, TakesWhatModelsQuote) {
  EXPECT_EQ(checked(R"({"url":"x","count":"7"})")["count"], 7);
  EXPECT_EQ(checked(R"({"url":"x","raw":"true"})")["raw"], true);
  EXPECT_EQ(checked(R"({"url":"x","count":7.0})")["count"].dump(), "7");
  EXPECT_EQ(fault_of(R"({"url":"x","count":"70"})"), "count: 70 is more than 10");
  EXPECT_EQ(fault_of(R"({"url":"x","count":"seven"})"), R"(count: "seven" is not of type integer)");
}

TEST(Arguments, FillsInDefaults) {
  EXPECT_EQ(checked(R"({"url":"x"})")["count"], 5);
  EXPECT_EQ(checked(R"({"url":"x","count":2})")["count"], 2);
  EXPECT_EQ(checked(R"({"url":"x","ratio":null})")["ratio"], nullptr);
}

TEST(Arguments, CountsCharactersNotBytes) {
  EXPECT_EQ(fault_of(R"({"url":"ääääääääää"})"), "");
}

TEST(Arguments, RepeatsNoLongValues) {
  json value{{"url", 1}, {std::string(100000, 'x'), 1}};
  EXPECT_LT(check_arguments(schema, value)->size(), 300U);
  value = {{"url", json::array()}};
  for (int i = 0; i < 1000; ++i) value["url"].push_back(i);
  EXPECT_LT(check_arguments(schema, value)->size(), 100U);
}

TEST(Arguments, FindsAKeywordThatWouldNotBeChecked) {
  EXPECT_EQ(unknown_keyword(schema), std::nullopt);
  EXPECT_EQ(unknown_keyword(json::parse(R"({"properties":{"a":{"items":{"pattern":"x"}}}})")),
            "properties.a.items.pattern");
}

}  // namespace
}  // namespace mcp
