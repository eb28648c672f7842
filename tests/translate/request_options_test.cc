// Thinking, stops, format, sampling, prefill.
#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

// What the template is told, but for the words that are always the same.
Json kwargs(const Json& request) {
  Json kwargs = request.value("chat_template_kwargs", Json::object());
  kwargs.erase("preserve_thinking");
  kwargs.erase("clear_thinking");
  return kwargs;
}

Json sent_with(const Json& more, const ModelProfile& profile = vllm()) {
  return sent(body(list({user("hi")}), more), profile);
}

TEST(ToChat, LetsTheModelContinueAPrefill_R24) {
  const Json begun = body(list({user("hi"), assistant(list({text("The answer is \n\t ")}))}));
  const Json request = sent(begun);
  EXPECT_EQ(request["messages"][1]["content"], "The answer is");
  EXPECT_EQ(request["continue_final_message"], true);
  EXPECT_EQ(request["add_generation_prompt"], false);
  const Json llama = sent(begun, llamacpp());  // does so without being told
  EXPECT_FALSE(llama.contains("continue_final_message"));
  EXPECT_EQ(llama["messages"][1]["content"], "The answer is");
}

TEST(ToChat, TrimsNothingButWhiteSpaceFromAPrefill_R24) {
  EXPECT_EQ(sent(body(list({user("hi"), assistant("C:\\n")})))["messages"][1]["content"], "C:\\n");
  EXPECT_EQ(sent(body(list({user("hi"), assistant("C:\\\n")})))["messages"][1]["content"], "C:\\");
}

TEST(ToChat, TakesAnEmptyPrefillForNone_R24) {
  for (const Json& nothing : {assistant(" \n"), assistant(list({text(""), text("\n")})),
                              assistant(list({thinking("hm")}))}) {
    const Json request = sent(body(list({user("hi"), nothing})));
    EXPECT_EQ(roles(request["messages"]), "user");
    EXPECT_FALSE(request.contains("continue_final_message"));
  }
}

TEST(ToChat, IgnoresKeysItDoesNotKnow_R27) {
  const Json odd = {{"foo", 1},
                    {"context_management", {{"edits", Json::array()}}},
                    {"safeguards", Json::array()},
                    {"metadata", {{"user_id", "u"}}},
                    {"service_tier", "auto"},
                    {"container", nullptr},
                    {"output_config", {{"task_budget", {{"type", "tokens"}}}, {"bar", 2}}}};
  EXPECT_EQ(sent_with(odd), sent_with(Json::object()));
}

TEST(ToChat, OmitsWhatIsNull_R36) {
  const Json nulls = {{"temperature", nullptr},    {"top_p", nullptr},    {"top_k", nullptr},
                      {"stop_sequences", nullptr}, {"thinking", nullptr}, {"tool_choice", nullptr},
                      {"tools", nullptr},          {"system", nullptr},   {"stream", nullptr},
                      {"output_config", nullptr}};
  EXPECT_EQ(sent_with(nulls), sent_with(Json::object()));
}

TEST(ToChat, PassesSamplingAsGiven_R36) {
  const Json sampling = {{"temperature", 0.25}, {"top_p", 0.5}, {"top_k", 7}};
  const Json request = sent_with(sampling);
  EXPECT_EQ(request["temperature"], 0.25);
  EXPECT_EQ(request["top_p"], 0.5);
  EXPECT_EQ(request["top_k"], 7);
  EXPECT_FALSE(sent_with(sampling, {.engine = Engine::unknown}).contains("top_k"));
}

TEST(ToChat, LeavesMaxTokensToWhoeverKnowsTheWindow_R37_R38) {
  for (const int64_t asked : {0, 1, 32000, 128000}) {
    const ChatCall call = call_of(body(list({user("hi")}), {{"max_tokens", asked}}));
    EXPECT_EQ(call.max_tokens, asked);
    EXPECT_FALSE(sent(call).contains("max_tokens"));
  }
}

TEST(ToChat, TurnsThinkingOffWhenTold_R39) {
  const Json off = {{"thinking", {{"type", "disabled"}}}, {"max_tokens", 64}};
  const ChatCall call = call_of(body(list({user("hi")}), off));
  EXPECT_TRUE(call.thinking_disabled);
  EXPECT_EQ(kwargs(sent(call)), (Json{{"enable_thinking", false}}));
  EXPECT_EQ(kwargs(sent_with(off, {.engine = Engine::vllm, .thinking_switch = false})),
            Json::object());
}

TEST(ToChat, LeavesThinkingToTheTemplateOtherwise_R39) {
  for (const Json& thinking : {Json{{"type", "adaptive"}, {"display", "omitted"}},
                               Json{{"type", "enabled"}, {"budget_tokens", 9000}}, Json()}) {
    const ChatCall call = call_of(body(list({user("hi")}), {{"thinking", thinking}}));
    EXPECT_FALSE(call.thinking_disabled);
    EXPECT_EQ(kwargs(sent(call)), Json::object());
  }
}

TEST(ToChat, TellsTheTemplateToKeepEarlierThinking) {
  const Json kept = {{"preserve_thinking", true}, {"clear_thinking", false}};
  EXPECT_EQ(sent_with(Json::object())["chat_template_kwargs"], kept);
  EXPECT_EQ(sent_with(Json::object(), llamacpp())["chat_template_kwargs"], kept);
  for (const ModelProfile& profile :
       {ModelProfile{}, ModelProfile{.engine = Engine::vllm, .keep_thinking = false},
        ModelProfile{.engine = Engine::vllm, .reasoning_history = false}})
    EXPECT_FALSE(sent_with(Json::object(), profile).contains("chat_template_kwargs"));
}

TEST(ToChat, AsksForJsonByItsSchemaAndWithoutThinking_R40) {
  const Json schema = {{"type", "object"}, {"properties", {{"title", {{"type", "string"}}}}}};
  const Json title = {
      {"output_config",
       {{"effort", "high"}, {"format", {{"type", "json_schema"}, {"schema", schema}}}}}};
  const Json request = sent_with(title);
  EXPECT_EQ(request["response_format"],
            (Json{{"type", "json_schema"},
                  {"json_schema", {{"name", "answer"}, {"schema", schema}, {"strict", true}}}}));
  EXPECT_EQ(kwargs(request), (Json{{"enable_thinking", false}}));
  Json thoughtful = title;
  thoughtful["thinking"] = {{"type", "adaptive"}};
  EXPECT_EQ(kwargs(sent_with(thoughtful)), Json::object());
}

TEST(ToChat, KeepsRoomForTheAnswerBesideTheThinking_U14) {
  const ModelProfile bounded = {.engine = Engine::vllm, .thinking_budget = true};
  const Json asked = {{"thinking", {{"type", "enabled"}, {"budget_tokens", 2000}}}};
  EXPECT_EQ(sent_with(asked, bounded)["thinking_token_budget"], 2000);
  Json tight = asked;
  tight["max_tokens"] = 2000;
  EXPECT_EQ(sent_with(tight, bounded)["thinking_token_budget"], 1500);
  EXPECT_EQ(sent_with(asked, llamacpp())["thinking_budget_tokens"], 2000);
  EXPECT_EQ(sent_with({{"max_tokens", 512}}, bounded)["thinking_token_budget"], 384);
  EXPECT_FALSE(sent_with(Json::object(), bounded).contains("thinking_token_budget"));
}

// vLLM without a reasoning parser refuses a budget outright.
TEST(ToChat, SendsNoBudgetToAnEngineThatRefusesIt) {
  const Json asked = {{"thinking", {{"type", "enabled"}, {"budget_tokens", 2000}}}};
  EXPECT_FALSE(sent_with(asked).contains("thinking_token_budget"));
  EXPECT_EQ(sent_with(asked, {.engine = Engine::unknown}),
            sent_with(Json::object(), {.engine = Engine::unknown}));
}

TEST(ToChat, MakesABudgetOfZeroOfNoThinkingWhereThereIsNoSwitch) {
  const ModelProfile bounded = {
      .engine = Engine::vllm, .thinking_switch = false, .thinking_budget = true};
  EXPECT_EQ(sent_with({{"thinking", {{"type", "disabled"}}}}, bounded)["thinking_token_budget"], 0);
}

TEST(ToChat, SendsNoBudgetWhereTheSwitchSaysItAll) {
  const ModelProfile bounded = {.engine = Engine::vllm, .thinking_budget = true};
  const Json off = {{"thinking", {{"type", "disabled"}}}, {"max_tokens", 64}};
  EXPECT_FALSE(sent_with(off, bounded).contains("thinking_token_budget"));
  EXPECT_FALSE(sent_with(off, llamacpp()).contains("thinking_budget_tokens"));
}

TEST(ToChat, GivesEffortToTemplatesThatReadIt) {
  const ModelProfile weighing = {.engine = Engine::vllm, .effort = true};
  const auto effort = [&](const std::string& asked) {
    const Json request = sent_with({{"output_config", {{"effort", asked}}}}, weighing);
    EXPECT_EQ(request["reasoning_effort"], request["chat_template_kwargs"]["reasoning_effort"]);
    return request["reasoning_effort"];
  };
  EXPECT_EQ(effort("low"), "low");
  EXPECT_EQ(effort("medium"), "medium");
  EXPECT_EQ(effort("high"), "high");
  EXPECT_EQ(effort("xhigh"), "high");
  EXPECT_EQ(effort("max"), "high");
  EXPECT_EQ(sent_with({{"output_config", {{"effort", "high"}}}}), sent_with(Json::object()));
  EXPECT_EQ(sent_with(Json::object(), weighing), sent_with(Json::object()));
}

TEST(ToChat, PassesStopSequences) {
  const Json stops = {{"stop_sequences", list({"</block>", "", "a\"b"})}};
  const Json request = sent_with(stops);
  EXPECT_EQ(request["stop"], (Json{"</block>", "a\"b"}));
  EXPECT_EQ(request["include_stop_str_in_output"], false);
  EXPECT_FALSE(sent_with(stops, llamacpp()).contains("include_stop_str_in_output"));
  EXPECT_FALSE(sent_with({{"stop_sequences", list({""})}}).contains("stop"));
}

}  // namespace
}  // namespace translate
