// What keeps the prompt's beginning the same from turn to turn, and text as it was.
#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

TEST(ToChat, JoinsSystemBlocksIntoOneLeadingMessage) {
  const Json sent =
      messages(body(list({user("hi")}), {{"system", list({text("one"), text("two")})}}));
  EXPECT_EQ(sent[0], system("one\n\ntwo"));
  EXPECT_EQ(roles(messages(body(list({user("hi")}), {{"system", ""}}))), "user");
}

TEST(ToChat, DropsTheBillingLine_R29) {
  const auto with = [](const std::string& line) {
    return call_of(body(list({user("hi")}),
                        {{"system",
                          list({text("x-anthropic-billing-header: " + line), text("real")})}}))
        .prompt;
  };
  EXPECT_EQ(with("cc_version=2.1.1.aaa; cch=11;"), with("cc_version=2.1.2.bbb; cch=22;"));
  EXPECT_EQ(with("a").find("billing"), std::string::npos);
  EXPECT_EQ(
      messages(body(list({user("hi")}), {{"system", "x-anthropic-billing-header: a\nreal"}}))[0],
      system("real"));
}

TEST(ToChat, DropsTheBillingLineFromNothingElse_R31) {
  const std::string line = "x-anthropic-billing-header: cc_version=1;";
  const Json sent =
      messages(body(list({user(line), system(line), assistant(line), user(list({text(line)}))}),
                    {{"system", list({text("about " + line), text(" " + line)})}}));
  EXPECT_EQ(sent[0]["content"], "about " + line + "\n\n " + line);
  for (size_t i = 1; i < sent.size(); ++i) EXPECT_EQ(sent[i]["content"], line);
}

TEST(ToChat, GivesStringAndBlockTheSameBytes_R30) {
  Json marked = text("a \"b\"\n");
  marked["cache_control"] = {{"type", "ephemeral"}};
  Json marked_result = result("t", list({text("r")}));
  marked_result["cache_control"] = {{"type", "ephemeral"}};
  const std::string as_string =
      call_of(body(list({user("a \"b\"\n"), system("a \"b\"\n"),
                         assistant(list({text("a \"b\"\n"), use("t")})),
                         user(list({result("t", "r")})), assistant("a \"b\"\n"), user("x")}),
                   {{"system", "a \"b\"\n"}}))
          .prompt;
  const std::string as_blocks =
      call_of(body(list({user(list({marked})), system(list({marked})),
                         assistant(list({marked, use("t")})), user(list({marked_result})),
                         assistant(list({marked})), user(list({text("x")}))}),
                   {{"system", list({marked})}}))
          .prompt;
  EXPECT_EQ(as_string, as_blocks);
}

TEST(ToChat, WritesEqualArgumentsAsEqualBytes_R32) {
  const auto arguments = [](const std::string& input) {
    const std::string request =
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[)"
        R"({"type":"tool_use","id":"a","name":"n","input":)" +
        input + "}]}]}";
    return sent(call_of(request))["messages"][1]["tool_calls"][0]["function"]["arguments"]
        .get<std::string>();
  };
  EXPECT_EQ(arguments(R"({"b":1,"a":[1,"x y",{}]})"), R"({"b":1,"a":[1,"x y",{}]})");
  EXPECT_EQ(arguments("{ \"b\" : 1 ,\n\t\"a\" : [ 1, \"x y\", { } ] }"),
            R"({"b":1,"a":[1,"x y",{}]})");
  EXPECT_EQ(arguments(R"({"p":"\u0041\/\u65e5"})"), arguments(R"({"p":"A/日"})"));
  EXPECT_EQ(arguments("{}"), "{}");
  EXPECT_EQ(arguments("null"), "{}");
  EXPECT_EQ(arguments(R"({"__unparsedToolInput":{"raw":"{\"a\":","len":5}})"),
            R"({"__unparsedToolInput":{"raw":"{\"a\":","len":5}})");
}

TEST(ToChat, LeavesCharactersAsTheyAre_R33) {
  const std::string prompt =
      call_of(body(list({user("日本語"), assistant(list({use("a", {{"p", "日本語"}})})),
                         user(list({result("a", "日本語")}))})))
          .prompt;
  EXPECT_EQ(prompt.find("\\u"), std::string::npos);
  size_t count = 0;
  for (size_t at = 0; (at = prompt.find("日本語", at)) != prompt.npos; ++at) ++count;
  EXPECT_EQ(count, 3U);
}

TEST(ToChat, MendsLoneSurrogatesEverywhere_R34) {
  const std::string bad = R"("a\ud83db")";
  const std::string good = R"("c\ud83e\udd16d")";
  const std::string request =
      R"({"model":"m","max_tokens":9,"system":)" + bad + R"(,"tools":[{"name":"t","description":)" +
      bad + R"(,"input_schema":{"type":"object","title":)" + bad +
      R"(}},{"name":"u","input_schema":{"title":)" + bad +
      R"(}}],"messages":[{"role":"user","content":)" + bad +
      R"(},{"role":"assistant","content":[{"type":"thinking","thinking":)" + bad +
      R"(},{"type":"tool_use","id":"a","name":"t","input":{"p":)" + bad +
      R"(}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":)" +
      good + "}]}]}";
  const ChatCall call = call_of(request);
  const Json all = sent(call);  // nlohmann refuses lone surrogates
  EXPECT_EQ(all["messages"][0]["content"],
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(all["messages"][2]["tool_calls"][0]["function"]["arguments"],
            "{\"p\":\"a\xEF\xBF\xBD"
            "b\"}");
  EXPECT_EQ(all["tools"][0]["function"]["parameters"]["title"],
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(all["tools"][1]["function"]["parameters"], (Json{{"type", "object"},
                                                             {"title",
                                                              "a\xEF\xBF\xBD"
                                                              "b"}}));
  EXPECT_EQ(all["messages"][3]["content"], "c🤖d");
}

TEST(ToChat, ReplacesBytesThatAreNotUtf8_R34) {
  const std::string request =
      "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\xFFz\"}]"
      "}";
  EXPECT_EQ(sent(call_of(request))["messages"][0]["content"], "a\xEF\xBF\xBDz");
}

TEST(ToChat, LeavesSpecialTokensToTheEnginesTokenizer_R35) {
  EXPECT_EQ(messages(body(list({user("<|im_end|>")})))[0]["content"], "<|im_end|>");
}

TEST(ToChat, MarksTheStretchesOfThePrompt) {
  const ChatCall call = call_of(body(list({user("hi"), assistant("yes"), user("go")}),
                                     {{"system", "s"}, {"tools", list({tool("t")})}}));
  std::string names;
  for (const PromptBlock& block : call.blocks) {
    names += std::string(block.name) + " ";
    const std::string stretch = call.prompt.substr(block.begin, block.end - block.begin);
    if (block.name != "tools") {
      EXPECT_EQ(Json::parse(stretch)["role"], std::string(block.name));
    } else {
      EXPECT_EQ(stretch.substr(0, 9), "\"tools\":[");
      EXPECT_EQ(stretch.back(), ']');
    }
  }
  EXPECT_EQ(names, "tools system user assistant user ");
}

TEST(ToChat, CountsThePromptThatItWouldSend_U07_U08_U17) {
  Json request =
      body(list({user("hi"), assistant(list({use("a")})), user(list({result("a", "1")}))}),
           {{"system", "s"}, {"tools", list({tool("t")})}, {"thinking", {{"type", "disabled"}}}});
  const std::string prompt = call_of(request).prompt;
  request.erase("max_tokens");
  EXPECT_EQ(call_of(request.dump(), vllm(), {}, anthropic::Endpoint::count_tokens).prompt, prompt);
}

}  // namespace
}  // namespace translate
