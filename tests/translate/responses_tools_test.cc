// Which tools the model sees, in what form, and what it may choose.
#include <gtest/gtest.h>

#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

// With these tools.
Json with(Json tools, const Json& more = Json::object()) {
  Json made = body(list({user("a")}), {{"tools", std::move(tools)}});
  made.update(more);
  return made;
}

// 1
TEST(ResponsesTools, OfAllKindsNeverFailARequest) {
  const Json tools = list({function("exec_command"),
                           custom("apply_patch"),
                           name_space("mcp__n", list({function("add"), custom("note")})),
                           {{"type", "tool_search"},
                            {"execution", "client"},
                            {"description", "s"},
                            {"parameters", {{"type", "object"}}}},
                           {{"type", "web_search"}, {"external_web_access", false}},
                           {{"type", "made_up"}, {"x", 1}}});
  EXPECT_EQ(shown(with(tools)), "exec_command apply_patch mcp__n__add mcp__n__note tool_search");
  const Json made = sent(with(tools));
  for (const Json& tool : made["tools"]) {
    EXPECT_EQ(tool["type"], "function");
    EXPECT_TRUE(tool["function"]["parameters"]["type"].is_string()) << tool;
  }
  EXPECT_EQ(made.dump().find("web_search"), std::string::npos);
}

// 15
TEST(ResponsesTools, KeepTheirSchemasAsTheyCame) {
  const std::string schema =
      R"({"$defs": {"n": {"anyOf": [{"type":["integer","null"]}, {"$ref":"#/$defs/n"}]}}, )"
      R"("type": "object", "properties": {"b": {"$ref": "#/$defs/n"}, "a": {"const": 1.50}}})";
  const std::string made =
      translated(R"({"input":"a","tools":[{"type":"function","name":"f","parameters":)" + schema +
                 "}]}")
          .call.prompt;
  EXPECT_NE(made.find(schema), std::string::npos) << made;
}

TEST(ResponsesTools, HaveASchemaInAnyCase) {
  for (const Json& parameters : {Json(), Json::object()}) {
    Json tool = function("f");
    tool["parameters"] = parameters;
    EXPECT_EQ(sent(with(list({tool})))["tools"][0]["function"]["parameters"],
              Json({{"type", "object"}, {"properties", Json::object()}}));
  }
  Json untyped = function("f");
  untyped["parameters"] = {{"properties", {{"a", Json::object()}}}};
  EXPECT_EQ(sent(with(list({untyped})))["tools"][0]["function"]["parameters"]["type"], "object");
}

TEST(ResponsesTools, SayStrictOnlyWhenTheyAre) {
  Json strict = function("f");
  strict["strict"] = true;
  EXPECT_EQ(sent(with(list({strict})))["tools"][0]["function"]["strict"], true);
  EXPECT_FALSE(sent(with(list({function("f")})))["tools"][0]["function"].contains("strict"));
}

// 9
TEST(ResponsesTools, OfFreeFormHaveOneArgumentAndTheirGrammar) {
  Json tool = custom("apply_patch");
  tool["format"] = {{"type", "grammar"}, {"syntax", "lark"}, {"definition", "start: \"a\"\n"}};
  const Json made = sent(with(list({tool})))["tools"][0]["function"];
  EXPECT_EQ(made["name"], "apply_patch");
  const std::string description = made["description"];
  EXPECT_TRUE(description.starts_with("d\n\n")) << description;
  EXPECT_TRUE(description.ends_with("lark grammar:\nstart: \"a\"\n")) << description;
  EXPECT_EQ(made["parameters"]["properties"], Json({{"input", {{"type", "string"}}}}));
  EXPECT_EQ(made["parameters"]["required"], list({"input"}));
}

// 11
TEST(ResponsesTools, ThatComeAsAnItemAreShown) {
  const Json item = more_tools(
      list({name_space("functions", list({function("wait"), custom("exec")})),
            name_space("mcp__n", list({name_space("inner", list({function("add")}))}))}));
  EXPECT_EQ(shown(body(list({item, user("a")}))), "wait exec inner__add");
  const Translated made = translated(body(list({item, user("a")})).dump());
  EXPECT_EQ(*made.names.find("exec"), (ToolOrigin{ToolKind::custom, "", "exec"}));
}

TEST(ResponsesTools, GrowAtTheEndOfTheList) {
  const Json tools = {{"tools", list({function("a"), {{"type", "tool_search"}}})}};
  Json items = list({user("x"), search_call("c1")});
  std::string before = shown(body(items, tools));
  EXPECT_EQ(before, "a tool_search");
  const Json found = list({name_space("mcp__n", list({function("add"), function("a")}))});
  items.push_back(search_output("c1", found));
  EXPECT_EQ(shown(body(items, tools)), before + " mcp__n__add mcp__n__a");
  items.push_back(search_output("c2", found));  // once is enough
  items.push_back(more_tools(list({function("a"), function("b")})));
  EXPECT_EQ(shown(body(items, tools)), before + " mcp__n__add mcp__n__a b");
}

TEST(ResponsesTools, GivenTwiceAreShownOnce) {
  EXPECT_EQ(
      shown(with(list({function("f"), function("f"), name_space("n", list({function("f")}))}))),
      "f n__f");
}

// 13, 18
TEST(ResponsesTools, AreLeftOutWithAllThatSpeaksOfThemWhenThereAreNone) {
  for (const Json& tools : {Json(), Json::array()}) {
    const Json made = sent(with(tools, {{"tool_choice", "auto"}, {"parallel_tool_calls", false}}));
    for (const char* key : {"tools", "tool_choice", "parallel_tool_calls"})
      EXPECT_FALSE(made.contains(key)) << key;
  }
  EXPECT_FALSE(sent(with(Json::array(), {{"tool_choice", "none"}})).contains("tool_choice"));
}

TEST(ResponsesTools, OfTheApiAloneAreAnsweredWithANotice) {
  const Json search = {{"type", "web_search"}};
  const std::string alone = translated(with(list({search})).dump()).call.notice;
  EXPECT_TRUE(alone.starts_with("Not available on this server: web_search.")) << alone;
  EXPECT_EQ(translated(with(list({search, function("f")})).dump()).call.notice, "");
  const Json chosen =
      with(list({search, function("f")}), {{"tool_choice", {{"type", "web_search"}}}});
  EXPECT_NE(translated(chosen.dump()).call.notice, "");
}

TEST(ToolChoice, IsOneOfTheWordsThatEnginesTake) {
  const auto choice = [](const Json& wanted) {
    const Json made = sent(with(list({function("f")}), {{"tool_choice", wanted}}));
    return made.contains("tool_choice") ? made["tool_choice"] : Json();
  };
  EXPECT_EQ(choice("auto"), Json());
  EXPECT_EQ(choice("none"), "none");
  EXPECT_EQ(choice("required"), "required");
  EXPECT_EQ(choice("made_up"), Json());
  EXPECT_EQ(choice({{"type", "made_up"}}), Json());
}

TEST(ToolChoice, NamesTheFunctionThatTheToolBecame) {
  const Json tools = list({name_space("mcp__n", list({function("add")})), custom("apply_patch")});
  const auto named = [](const char* name) {
    return Json{{"type", "function"}, {"function", {{"name", name}}}};
  };
  const Json one = with(tools, {{"tool_choice", {{"type", "function"}, {"name", "add"}}}});
  EXPECT_EQ(sent(one)["tool_choice"], named("mcp__n__add"));
  EXPECT_EQ(sent(one, llamacpp())["tool_choice"], "required");
  const Json other = with(tools, {{"tool_choice", {{"type", "custom"}, {"name", "apply_patch"}}}});
  EXPECT_EQ(sent(other)["tool_choice"], named("apply_patch"));
  EXPECT_EQ(refusal(with(tools, {{"tool_choice", {{"type", "function"}, {"name", "sub"}}}})),
            "tool_choice.name: no tool 'sub' is given");
}

TEST(ToolChoice, LimitsWhatIsShown) {
  const Json allowed = {{"type", "allowed_tools"},
                        {"mode", "required"},
                        {"tools", list({{{"type", "function"}, {"name", "b"}}})}};
  const Json made = sent(with(list({function("a"), function("b")}), {{"tool_choice", allowed}}));
  ASSERT_EQ(made["tools"].size(), 1U);
  EXPECT_EQ(made["tools"][0]["function"]["name"], "b");
  EXPECT_EQ(made["tool_choice"], "required");
}

TEST(ToolChoice, ForbidsParallelCallsToTheEngineAndTheAnswer) {
  const Json body = with(list({function("f")}), {{"parallel_tool_calls", false}});
  EXPECT_TRUE(translated(body.dump()).call.one_tool_call);
  EXPECT_EQ(sent(body)["parallel_tool_calls"], false);
  const Json both = with(list({function("f")}), {{"parallel_tool_calls", true}});
  EXPECT_FALSE(translated(both.dump()).call.one_tool_call);
  EXPECT_FALSE(sent(both).contains("parallel_tool_calls"));
}

}  // namespace
}  // namespace translate::from_responses
