// Which tools the model sees. Tnn and Enn are the case numbers of docs/anthropic-mapping.md.
#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

std::string names(const Json& request) {
  std::string names;
  for (const Json& tool : request.value("tools", Json::array()))
    names += (names.empty() ? "" : " ") + tool["function"]["name"].get<std::string>();
  return names;
}

Json deferred(std::string name) {
  Json deferred = tool(std::move(name));
  deferred["defer_loading"] = true;
  return deferred;
}

const Json web_search = {{"type", "web_search_20250305"}, {"name", "web_search"}, {"max_uses", 8}};

TEST(ToChat, KeepsLongToolNames_T21) {
  const std::string name = "mcp__" + std::string(85, 'x');
  EXPECT_EQ(names(sent(body(list({user("hi")}), {{"tools", list({tool(name)})}}))), name);
}

TEST(ToChat, TakesAClientsToolForItsOwnWhateverItsName_T22) {
  const Json own = tool("web_search");
  Json custom = tool("bash");
  custom["type"] = "custom";
  const ChatCall call = call_of(body(list({user("hi")}), {{"tools", list({own, custom})}}));
  EXPECT_EQ(names(sent(call)), "web_search bash");
  EXPECT_EQ(call.notice, "");
}

TEST(ToChat, CopiesNoKeyOfAToolButTheThree_T23) {
  Json odd = tool("t");
  odd.update({{"cache_control", {{"type", "ephemeral"}}},
              {"strict", true},
              {"eager_input_streaming", true},
              {"allowed_callers", {"direct"}},
              {"input_examples", Json::array()}});
  EXPECT_EQ(sent(body(list({user("hi")}), {{"tools", list({odd})}}))["tools"][0],
            (Json{{"type", "function"},
                  {"function",
                   {{"name", "t"}, {"description", "d"}, {"parameters", odd["input_schema"]}}}}));
}

TEST(ToChat, GivesASchemaATypeAndChangesNothingElse_T24) {
  const auto parameters = [](const std::string& schema) {
    const std::string request =
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],)"
        R"("tools":[{"name":"t")" +
        schema + "}]}";
    return sent(call_of(request))["tools"][0]["function"]["parameters"].dump();
  };
  const std::string empty = R"({"type":"object","properties":{}})";
  EXPECT_EQ(parameters(""), empty);
  EXPECT_EQ(parameters(R"(,"input_schema":{})"), empty);
  EXPECT_EQ(parameters(R"(,"input_schema":null)"), empty);
  EXPECT_EQ(parameters(R"(,"input_schema": { "$schema":"s","properties":{"a":{}}})"),
            R"({"type":"object","$schema":"s","properties":{"a":{}}})");
  EXPECT_EQ(parameters(R"(,"input_schema":{"type":"object","x":1})"), R"({"type":"object","x":1})");
}

TEST(ToChat, AllowsOneCallAtATimeWhenAsked_T25) {
  const ChatCall call =
      call_of(body(list({user("hi")}),
                   {{"tools", list({tool("t")})},
                    {"tool_choice", {{"type", "auto"}, {"disable_parallel_tool_use", true}}}}));
  EXPECT_TRUE(call.one_tool_call);
  EXPECT_EQ(sent(call)["parallel_tool_calls"], false);
  EXPECT_FALSE(sent(body(list({user("hi")}), {{"tools", list({tool("t")})}}))
                   .contains("parallel_tool_calls"));
}

TEST(ToChat, MapsEveryToolChoice_T26) {
  const auto choice = [](Json wanted, const ModelProfile& profile = vllm()) {
    return sent(body(list({user("hi")}),
                     {{"tools", list({tool("t")})}, {"tool_choice", std::move(wanted)}}),
                profile)
        .value("tool_choice", Json());
  };
  EXPECT_EQ(choice({{"type", "auto"}}), Json());
  EXPECT_EQ(choice({{"type", "any"}}), "required");
  EXPECT_EQ(choice({{"type", "none"}}), "none");
  EXPECT_EQ(choice({{"type", "of the future"}}), Json());
  EXPECT_EQ(choice({{"type", "tool"}, {"name", "t"}}),
            (Json{{"type", "function"}, {"function", {{"name", "t"}}}}));
  EXPECT_EQ(choice({{"type", "tool"}, {"name", "t"}}, llamacpp()), "required");
}

TEST(ToChat, KeepsToolsListedThatMustNotBeUsed_T26) {
  EXPECT_EQ(names(sent(body(list({user("hi")}),
                            {{"tools", list({tool("t")})}, {"tool_choice", {{"type", "none"}}}}))),
            "t");
}

TEST(ToChat, RefusesAChoiceOfNoTool) {
  EXPECT_EQ(refusal(body(list({user("hi")}), {{"tools", list({tool("t")})},
                                              {"tool_choice", {{"type", "tool"}, {"name", "u"}}}})),
            "tool_choice.name: no tool 'u' is given");
}

TEST(ToChat, SaysNothingOfToolsWhereThereAreNone) {
  const Json request = sent(
      body(list({user("hi")}), {{"tools", Json::array()}, {"tool_choice", {{"type", "any"}}}}));
  EXPECT_FALSE(request.contains("tools"));
  EXPECT_FALSE(request.contains("tool_choice"));
}

TEST(ToChat, AnswersHonestlyWhereOnlyAServerToolIsGiven_T27_E14) {
  const Json request = body(
      list({user("Perform a web search for the query: x")}),
      {{"tools", list({web_search})}, {"tool_choice", {{"type", "tool"}, {"name", "web_search"}}}});
  const ChatCall call = call_of(request);
  EXPECT_NE(call.notice.find("Not available on this server: web_search"), std::string::npos)
      << call.notice;
  EXPECT_FALSE(sent(call).contains("tools"));
  const ChatCall counted = call_of(request.dump(), vllm(), {}, anthropic::Endpoint::count_tokens);
  EXPECT_EQ(counted.notice, "");
}

TEST(ToChat, LeavesAServerToolOutBesideOthers_T27) {
  const Json tools = {tool("t"), web_search, {{"type", "mcp_toolset"}, {"mcp_server_name", "s"}}};
  const ChatCall call = call_of(body(list({user("hi")}), {{"tools", tools}}));
  EXPECT_EQ(call.notice, "");
  EXPECT_EQ(names(sent(call)), "t");
  const ChatCall forced = call_of(
      body(list({user("hi")}),
           {{"tools", tools}, {"tool_choice", {{"type", "tool"}, {"name", "web_search"}}}}));
  EXPECT_NE(forced.notice, "");
}

TEST(ToChat, HidesDeferredToolsUntilTheyAreLoaded) {
  const Json tools = {tool("Bash"), deferred("Alpha"), deferred("DeferredToolPlaceholder"),
                      tool("ToolSearch"), deferred("Beta")};
  const Json ask = {user("go"), assistant(list({use("s", Json::object(), "ToolSearch")}))};
  EXPECT_EQ(names(sent(body(ask, {{"tools", tools}}))), "Bash ToolSearch");
  Json loaded = ask;
  loaded.push_back(user(list(
      {result("s", list({{{"type", "tool_reference"}, {"tool_name", "Beta"}},
                         {{"type", "tool_reference"}, {"tool_name", "DeferredToolPlaceholder"}},
                         {{"type", "tool_reference"}, {"tool_name", "Alpha"}}}))})));
  EXPECT_EQ(names(sent(body(loaded, {{"tools", tools}}))), "Bash ToolSearch Beta Alpha");
  // The client's own order, which puts a new tool amid the others, does not matter.
  const Json shuffled = {deferred("Alpha"), tool("Bash"), deferred("Beta"), tool("ToolSearch")};
  EXPECT_EQ(names(sent(body(loaded, {{"tools", shuffled}}))), "Bash ToolSearch Beta Alpha");
}

TEST(ToChat, ShowsAToolOnceThatIsLoadedTwice) {
  const Json references = list({{{"type", "tool_reference"}, {"tool_name", "Alpha"}},
                                {{"type", "tool_reference"}, {"tool_name", "Alpha"}}});
  EXPECT_EQ(names(sent(body(list({user("go"), assistant(list({use("a")})),
                                  user(list({result("a", references)}))}),
                            {{"tools", list({tool("Bash"), deferred("Alpha")})}}))),
            "Bash Alpha");
}

TEST(ToChat, ShowsADeferredToolThatWasCalledOrIsChosen) {
  const Json tools = {tool("Bash"), deferred("Alpha"), deferred("Beta")};
  EXPECT_EQ(names(sent(body(list({user("go"), assistant(list({use("a", Json::object(), "Beta")})),
                                  user(list({result("a", "1")}))}),
                            {{"tools", tools}}))),
            "Bash Beta");
  EXPECT_EQ(
      names(sent(body(list({user("go")}),
                      {{"tools", tools}, {"tool_choice", {{"type", "tool"}, {"name", "Alpha"}}}}))),
      "Bash Alpha");
}

TEST(ToChat, ShowsAllDeferredToolsWhereTheApiWasToSearchThem) {
  const Json tools = {
      {{"type", "tool_search_tool_regex_20251119"}, {"name", "tool_search_tool_regex"}},
      deferred("Alpha"),
      deferred("Beta")};
  EXPECT_EQ(names(sent(body(list({user("go")}), {{"tools", tools}}))), "Alpha Beta");
}

TEST(ToChat, AllowsNoToolCallInASummary_E15) {
  const std::string order = "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.\n";
  const Json more = {{"tools", list({tool("t")})}};
  for (const Json& content : {Json(order), list({text("x"), text(order)})}) {
    const Json request = sent(body(list({user("hi"), assistant("yes"), user(content)}), more));
    EXPECT_EQ(request["tool_choice"], "none");
    EXPECT_EQ(names(request), "t");
  }
  EXPECT_FALSE(
      sent(body(list({user(order), assistant("sum"), user("go")}), more)).contains("tool_choice"));
  EXPECT_FALSE(sent(body(list({user("say " + order)}), more)).contains("tool_choice"));
}

}  // namespace
}  // namespace translate
