// All of a Responses request that is neither its conversation nor its tools.
#include <gtest/gtest.h>

#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

const Json json_format = {
    {"text",
     {{"verbosity", "low"},
      {"format",
       {{"type", "json_schema"},
        {"strict", true},
        {"name", "codex_output_schema"},
        {"schema", {{"type", "object"}, {"properties", {{"n", {{"const", "a\"b"}}}}}}}}}}}};

ModelProfile with_effort() {
  ModelProfile profile = plain();
  profile.effort = true;
  return profile;
}

// "low on"
std::string thinking(const Json& more) {
  const Json made = sent(body(list({user("a")}), more), with_effort());
  const Json told = made.value("chat_template_kwargs", Json::object());
  EXPECT_EQ(told.value("reasoning_effort", "-"), made.value("reasoning_effort", "-"));
  return made.value("reasoning_effort", "-") +
         (told.value("enable_thinking", true) ? " on" : " off");
}

std::string effort(const Json& effort) {
  return thinking({{"reasoning", {{"effort", effort}, {"summary", "auto"}}}});
}

// 33
TEST(ResponsesOptions, ClampTheEffort) {
  EXPECT_EQ(effort("none"), "low off");
  EXPECT_EQ(effort("minimal"), "low on");
  EXPECT_EQ(effort("low"), "low on");
  EXPECT_EQ(effort("medium"), "medium on");
  for (const char* high : {"high", "xhigh", "max", "ultra", "made_up"})
    EXPECT_EQ(effort(high), "high on") << high;
  EXPECT_EQ(effort(nullptr), "- on");
  EXPECT_EQ(thinking({{"reasoning", Json::object()}}), "- on");
  EXPECT_EQ(thinking(Json::object()), "- on");
}

TEST(ResponsesOptions, SendNoEffortToATemplateThatReadsNone) {
  const Json made = sent(body("a", {{"reasoning", {{"effort", "high"}}}}));
  EXPECT_EQ(made.dump().find("reasoning_effort"), std::string::npos);
}

TEST(ResponsesOptions, ThinkNotOverATitle) {
  EXPECT_EQ(thinking(said_to_be("thread_source", "thread_title")), "low off");
  Json asked = said_to_be("thread_source", "thread_title");
  asked["reasoning"] = {{"effort", "high"}};
  EXPECT_EQ(thinking(asked), "high on");
}

TEST(ResponsesOptions, GiveATitleNoTools) {
  Json title = said_to_be("thread_source", "thread_title");
  title.update(json_format);
  title["tools"] = list({custom("apply_patch")});
  const Json made = sent(body(list({user("a")}), title));
  EXPECT_FALSE(made.contains("tools"));
  EXPECT_EQ(made["response_format"]["type"], "json_schema");
  title["tools"] = list({{{"type", "web_search"}}});
  EXPECT_EQ(translated(body(list({user("a")}), title).dump()).call.notice, "");
}

TEST(ResponsesOptions, BindTheAnswerToASchemaWhereNoToolsAre_24) {
  const Json made = sent(body(list({user("a")}), json_format));
  EXPECT_EQ(made["response_format"]["type"], "json_schema");
  EXPECT_EQ(made["response_format"]["json_schema"]["name"], "codex_output_schema");
  EXPECT_EQ(made["response_format"]["json_schema"]["schema"],
            json_format["text"]["format"]["schema"]);
  EXPECT_EQ(roles(made["messages"]), "user");
  EXPECT_EQ(sent(body("a", {{"text", {{"format", {{"type", "json_object"}}}}}}))["response_format"],
            Json({{"type", "json_object"}}));
}

TEST(ResponsesOptions, AskForASchemaBesideTools_24) {
  Json more = json_format;
  more["tools"] = list({function("f")});
  const Json made = sent(body(list({developer("base"), user("a")}), more));
  EXPECT_FALSE(made.contains("response_format"));
  EXPECT_EQ(roles(made["messages"]), "system user");
  const std::string system = made["messages"][0]["content"];
  EXPECT_TRUE(system.starts_with("base\n\n")) << system;
  EXPECT_TRUE(system.ends_with(json_format["text"]["format"]["schema"].dump())) << system;
}

TEST(ResponsesOptions, AskForAnObjectBesideTools_24) {
  const Json made = sent(body(list({user("a")}), {{"text", {{"format", {{"type", "json_object"}}}}},
                                                  {"tools", list({function("f")})}}));
  EXPECT_FALSE(made.contains("response_format"));
  EXPECT_NE(made["messages"][0]["content"].get<std::string>().find("one JSON object"),
            std::string::npos);
}

TEST(ResponsesOptions, CallNothingInASummary) {
  Json more = said_to_be("request_kind", "compaction");
  more["tools"] = list({function("f")});
  EXPECT_EQ(sent(body(list({user("summarise")}), more))["tool_choice"], "none");
  more["tool_choice"] = {{"type", "function"}, {"name", "f"}};
  EXPECT_EQ(sent(body(list({user("summarise")}), more))["tool_choice"], "none");
}

TEST(ResponsesOptions, AreLeftOutWhereAnEngineWouldNotKnowThem) {
  const Json made = sent(
      body(list({user("a")}), {{"store", false},
                               {"include", list({"reasoning.encrypted_content"})},
                               {"prompt_cache_key", "k"},
                               {"service_tier", "priority"},
                               {"truncation", "auto"},
                               {"metadata", {{"a", "b"}}},
                               {"client_metadata", {{"a", "b"}}},
                               {"stream_options", {{"include_obfuscation", false}}},
                               {"text", {{"verbosity", "low"}, {"format", {{"type", "text"}}}}},
                               {"made_up", 1}}));
  EXPECT_EQ(made.size(), 2U) << made;
  EXPECT_EQ(made["chat_template_kwargs"],
            Json({{"preserve_thinking", true}, {"clear_thinking", false}}));
}

TEST(ResponsesOptions, KeepNumbersAsTheyAreWritten) {
  const Translated made = translated(R"({"input":"a","temperature":0.70,"top_p":1e-1})");
  EXPECT_EQ(made.call.options, R"(,"temperature":0.70,"top_p":1e-1)");
  EXPECT_EQ(sent(body("a", {{"temperature", nullptr}, {"top_p", nullptr}})).size(), 2U);
}

// 57
TEST(ResponsesOptions, LeaveTheTokenLimitToTheGateway) {
  EXPECT_EQ(translated(body("a", {{"max_output_tokens", 16}}).dump()).call.max_tokens, 16);
  EXPECT_EQ(translated(body("a").dump()).call.max_tokens, std::nullopt);
  EXPECT_FALSE(sent(body("a", {{"max_output_tokens", 16}})).contains("max_tokens"));
}

// 34
TEST(ResponsesOptions, NeedNoModel) {
  EXPECT_EQ(refusal({{"input", "a"}}), "");
}

}  // namespace
}  // namespace translate::from_responses
