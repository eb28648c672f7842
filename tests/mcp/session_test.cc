#include "mcp/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Server make_server() {
  Server server{.name = "test",
                .title = "Test",
                .version = "1",
                .instructions = "For tests.",
                .tools = {},
                .close = {}};
  server.tools.push_back({.name = "echo",
                          .title = "Echo",
                          .description = "Says it again.",
                          .annotations = {.read_only = true},
                          .input_schema = R"({"type":"object","properties":{
                            "text":{"type":"string"},"times":{"type":"integer","maximum":3,"default":1}
                          },"required":["text"],"additionalProperties":false})",
                          .handle = {}});
  return server;
}

struct SessionTest : testing::Test {
  Server server = make_server();
  Session session{server};

  Received send(const std::string& text) { return session.receive(text); }
  json answer(const std::string& text) { return json::parse(send(text).reply); }
  Received call(const std::string& id, const std::string& arguments, const std::string& meta = "") {
    return send(R"({"jsonrpc":"2.0","id":)" + id +
                R"(,"method":"tools/call","params":{"name":"echo","arguments":)" + arguments +
                meta + "}}");
  }
};

const std::string modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

TEST_F(SessionTest, AgreesOnTheVersionThatIsAskedForOrOffersItsNewest) {
  for (const auto& [asked, agreed] :
       std::map<std::string, std::string>{{"2025-11-25", "2025-11-25"},
                                          {"2024-11-05", "2024-11-05"},
                                          {"2026-07-28", "2025-11-25"},
                                          {"1999-01-01", "2025-11-25"}}) {
    const json said =
        answer(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":")" +
               asked + R"(","capabilities":{},"clientInfo":{"name":"x","version":"1"}}})");
    EXPECT_EQ(said["result"]["protocolVersion"], agreed);
    EXPECT_EQ(said["result"]["instructions"], "For tests.");
    EXPECT_EQ(said["result"]["serverInfo"]["name"], "test");
  }
}

TEST_F(SessionTest, GivesEachIdBackAsItCame) {
  for (const char* id : {"0", "1", "\"1\"", "\"probe \\u00e9\"", "12345678901234567890", "-1"}) {
    const std::string reply =
        send(std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"method":"ping"})").reply;
    EXPECT_EQ(reply, std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"result":{}})");
  }
}

TEST_F(SessionTest, ServesBothErasInAnyOrder) {
  const json modern =
      answer(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + modern_meta + "}}");
  EXPECT_EQ(modern["result"]["resultType"], "complete");
  EXPECT_EQ(modern["result"]["cacheScope"], "public");
  EXPECT_EQ(modern["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "test");
  const json legacy = answer(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  EXPECT_FALSE(legacy["result"].contains("resultType"));
  EXPECT_EQ(legacy["result"]["tools"], modern["result"]["tools"]);
  EXPECT_EQ(legacy["result"]["tools"][0]["annotations"]["readOnlyHint"], true);
}

TEST_F(SessionTest, SaysWhatANewerRequestLacks) {
  const auto code_of = [&](const std::string& params) {
    return answer(R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":)" + params +
                  "}")["error"];
  };
  EXPECT_EQ(code_of("{}")["code"], -32602);
  EXPECT_EQ(
      code_of(R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})")["code"],
      -32602);
  const json refused = code_of(
      R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2030-01-01","io.modelcontextprotocol/clientCapabilities":{}}})");
  EXPECT_EQ(refused["code"], -32022);
  EXPECT_EQ(refused["data"]["supported"], json::array({"2026-07-28"}));
  EXPECT_EQ(refused["data"]["requested"], "2030-01-01");
  const json said = answer(R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{)" +
                           modern_meta + "}}");
  EXPECT_EQ(said["result"]["supportedVersions"], json::array({"2026-07-28"}));
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{)" + modern_meta +
                   "}}")["error"]["code"],
            -32601);
}

TEST_F(SessionTest, AnswersWhatIsNoMessageWithTheProtocolsErrors) {
  const auto code_of = [&](const std::string& text) { return answer(text)["error"]["code"]; };
  EXPECT_EQ(code_of("hello"), -32700);
  EXPECT_EQ(code_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xff\"}"), -32700);
  EXPECT_EQ(code_of(std::string(100000, '[')), -32700);
  EXPECT_EQ(code_of("[]"), -32600);
  EXPECT_EQ(code_of("3"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":1})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":null,"method":"ping"})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc":"1.0","id":1,"method":"ping"})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":1,"method":"resources/list"})"), -32601);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]})"), -32602);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no"}})"),
            -32602);
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}})"),
            -32602);
  EXPECT_FALSE(answer("hello").contains("id"));
  EXPECT_EQ(send(R"({"jsonrpc":"2.0","id":1,"result":{}})").reply, "");
  EXPECT_EQ(send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").reply, "");
}

TEST_F(SessionTest, RunsACallWithCheckedArgumentsAndFinishesItOnce) {
  const Received got = call("7", R"({"text":"hi \ud83d"})");
  ASSERT_TRUE(got.call);
  EXPECT_EQ(got.reply, "");
  EXPECT_EQ(got.call->arguments["text"], "hi \xef\xbf\xbd");  // half an emoji
  EXPECT_EQ(got.call->arguments["times"], 1);
  const json said = json::parse(session.finish(got.call->number, text_result("done")));
  EXPECT_EQ(said["id"], 7);
  EXPECT_EQ(said["result"]["content"][0]["text"], "done");
  EXPECT_EQ(session.finish(got.call->number, text_result("again")), "");
}

TEST_F(SessionTest, TellsTheModelWhichArgumentIsWrong) {
  const json said = json::parse(call("1", R"({"text":"x","times":5})").reply);
  EXPECT_EQ(said["result"]["isError"], true);
  EXPECT_THAT(said["result"]["content"][0]["text"].get<std::string>(),
              HasSubstr("times: 5 is more than 3"));
}

TEST_F(SessionTest, OwesNoAnswerToACancelledCall) {
  const Received got = call("\"a\"", R"({"text":"x"})");
  EXPECT_EQ(send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})")
                .cancelled,
            std::nullopt);
  EXPECT_EQ(
      send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}})")
          .cancelled,
      got.call->number);
  EXPECT_EQ(session.finish(got.call->number, text_result("late")), "");
}

TEST_F(SessionTest, RefusesAnIdThatIsUnderWay) {
  ASSERT_TRUE(call("1", R"({"text":"x"})").call);
  EXPECT_EQ(json::parse(call("1", R"({"text":"x"})").reply)["error"]["code"], -32600);
  EXPECT_TRUE(call("\"1\"", R"({"text":"x"})").call);
}

TEST_F(SessionTest, TellsProgressOnlyToThoseWhoAskAndOnlyForward) {
  const auto silent = call("1", R"({"text":"x"})").call->number;
  EXPECT_EQ(session.progress(silent, 1, 2, "half"), "");
  const auto told = call("2", R"({"text":"x"})", R"(,"_meta":{"progressToken":"t"})").call->number;
  const json said = json::parse(session.progress(told, 1, 2, "half"));
  EXPECT_EQ(said["method"], "notifications/progress");
  EXPECT_EQ(said["params"],
            (json{{"progressToken", "t"}, {"progress", 1}, {"total", 2}, {"message", "half"}}));
  EXPECT_EQ(session.progress(told, 1, 2, "again"), "");
  EXPECT_NE(session.progress(told, 1.5, 0, ""), "");
  session.finish(told, text_result("done"));
  EXPECT_EQ(session.progress(told, 2, 2, "after"), "");
}

TEST_F(SessionTest, LogsAtTheLevelThatWasSetAndForNewerRequestsOnlyIfAsked) {
  const auto legacy = call("1", R"({"text":"x"})").call->number;
  EXPECT_NE(session.log(legacy, LogLevel::info, "said"), "");
  EXPECT_EQ(session.log(legacy, LogLevel::debug, "not said"), "");
  send(R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"error"}})");
  const auto later = call("3", R"({"text":"x"})").call->number;
  EXPECT_EQ(session.log(later, LogLevel::warning, "not said"), "");
  const auto modern = call("4", R"({"text":"x"})", "," + modern_meta).call->number;
  EXPECT_EQ(session.log(modern, LogLevel::emergency, "not asked for"), "");
}

TEST_F(SessionTest, KeepsASubscriptionOpenUntilItIsEnded) {
  const Received got = send(
      R"({"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},)" +
      modern_meta + "}}");
  ASSERT_TRUE(got.subscription);
  const json said = json::parse(got.reply);
  EXPECT_EQ(said["method"], "notifications/subscriptions/acknowledged");
  EXPECT_EQ(said["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "s");
  EXPECT_EQ(said["params"]["notifications"], json::object());
  EXPECT_EQ(session.open_subscriptions(), std::vector{*got.subscription});
  EXPECT_EQ(json::parse(session.close(*got.subscription))["id"], "s");
  EXPECT_TRUE(session.open_subscriptions().empty());
}

TEST_F(SessionTest, RunsNoMoreCallsThanItMay) {
  for (size_t i = 0; i < max_open_calls; ++i)
    ASSERT_TRUE(call(std::to_string(i), R"({"text":"x"})").call);
  const Received refused = call("\"more\"", R"({"text":"x"})");
  EXPECT_FALSE(refused.call);
  EXPECT_EQ(json::parse(refused.reply)["result"]["isError"], true);
}

}  // namespace
}  // namespace mcp
