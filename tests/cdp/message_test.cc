#include "cdp/message.h"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(CdpMessage, TellsAnswersFromEvents) {
  const auto answer = Message::parse(R"({"id":7,"result":{"value":"x"},"sessionId":"S"})");
  ASSERT_NE(answer, nullptr);
  EXPECT_TRUE(answer->is_answer());
  EXPECT_EQ(answer->id, 7);
  EXPECT_EQ(answer->session, "S");
  EXPECT_EQ(answer->body["value"].string(), "x");
  EXPECT_EQ(answer->error, "");
  const auto event =
      Message::parse(R"({"method":"Page.loadEventFired","params":{"timestamp":1.5}})");
  ASSERT_NE(event, nullptr);
  EXPECT_FALSE(event->is_answer());
  EXPECT_EQ(event->method, "Page.loadEventFired");
  EXPECT_EQ(event->body["timestamp"].number(), 1.5);
}

TEST(CdpMessage, KeepsTheErrorOfAnAnswer) {
  const auto answer =
      Message::parse(R"({"id":1,"error":{"code":-32000,"message":"No node","data":"gone"}})");
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->error, "No node: gone");
  EXPECT_EQ(Message::parse(R"({"id":1,"error":{}})")->error, "an error without a message");
}

TEST(CdpMessage, IsNoneForOtherTexts) {
  for (const char* text : {"", "{", "[]", "1", "{}", R"({"id":0})", R"({"id":-1,"result":{}})"})
    EXPECT_EQ(Message::parse(text), nullptr) << text;
}

TEST(CdpMessage, WritesCommands) {
  EXPECT_EQ(command_text(3, "", "Browser.close", {}), R"({"id":3,"method":"Browser.close"})");
  EXPECT_EQ(command_text(4, "S", "Page.navigate", {{"url", "http://a/\"\xff"}}),
            "{\"id\":4,\"sessionId\":\"S\",\"method\":\"Page.navigate\",\"params\":{\"url\":"
            "\"http://a/\\\"\xEF\xBF\xBD\"}}");
}

TEST(CdpMessage, FindsTheIdAtTheFront) {
  EXPECT_EQ(id_at_front(R"({"id":123,"result":{"a)"), 123);
  EXPECT_EQ(id_at_front(R"({"method":"x")"), std::nullopt);
  EXPECT_EQ(id_at_front("{\"id\":"), std::nullopt);
}

}  // namespace
}  // namespace cdp
