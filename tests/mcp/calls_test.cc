#include "mcp/calls.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

net::Task<ToolResult> wait_forever(bool& was_ended, CallContext& call) {
  struct Guard {
    bool& flag;
    ~Guard() { flag = true; }
  } guard{was_ended};
  boost::asio::steady_timer timer(call.io, std::chrono::hours(1));
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return text_result("never");
}

struct CallsTest : testing::Test {
  boost::asio::io_context io;
  Server server{
      .name = "test", .title = {}, .version = {}, .instructions = {}, .tools = {}, .close = {}};
  bool was_ended = false;
  std::vector<json> messages;

  void add(Handler handle, std::chrono::seconds deadline = std::chrono::seconds(60)) {
    server.tools.push_back({.name = "tool",
                            .title = {},
                            .description = {},
                            .input_schema = R"({"type":"object"})",
                            .handle = std::move(handle),
                            .deadline = deadline});
  }

  void take(const std::string& message) {
    if (!message.empty()) messages.push_back(json::parse(message));
  }

  static constexpr const char* request =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tool","_meta":{"progressToken":5}}})";
};

TEST_F(CallsTest, SendsWhatTheToolSaysInItsOrder) {
  add([](json, CallContext& call) -> net::Task<ToolResult> {
    call.progress(1, 2, "half");
    call.log(LogLevel::info, "said");
    co_return text_result("done");
  });
  Session session(server);
  Calls calls(io, session, [&](auto, std::string message, bool) { take(message); });
  calls.start(*session.receive(request).call);
  EXPECT_FALSE(calls.is_idle());
  io.run();
  EXPECT_TRUE(calls.is_idle());
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0]["params"]["progressToken"], 5);
  EXPECT_EQ(messages[1]["method"], "notifications/message");
  EXPECT_EQ(messages[2]["result"]["content"][0]["text"], "done");
}

TEST_F(CallsTest, TurnsWhatIsThrownIntoAnErrorResult) {
  add([](json, CallContext&) -> net::Task<ToolResult> {
    throw base::Error("cannot read it", "it is away", "try another");
    co_return ToolResult();
  });
  Session session(server);
  Calls calls(io, session, [&](auto, std::string message, bool) { take(message); });
  calls.start(*session.receive(request).call);
  io.run();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0]["result"]["isError"], true);
  EXPECT_THAT(messages[0]["result"]["content"][0]["text"].get<std::string>(),
              HasSubstr("cannot read it — it is away — try another"));
}

TEST_F(CallsTest, EndsTheWaitOfACancelledCallAndSendsNothing) {
  add([this](json, CallContext& call) { return wait_forever(was_ended, call); });
  Session session(server);
  Calls calls(io, session, [&](auto, std::string message, bool) { take(message); });
  calls.start(*session.receive(request).call);
  io.poll();
  const auto cancelled =
      session
          .receive(
              R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})")
          .cancelled;
  ASSERT_TRUE(cancelled);
  calls.cancel(*cancelled);
  io.restart();
  io.run();
  EXPECT_TRUE(was_ended);
  EXPECT_TRUE(calls.is_idle());
  EXPECT_TRUE(messages.empty());
}

TEST_F(CallsTest, EndsACallThatIsLateWithAnErrorResult) {
  add([this](json, CallContext& call) { return wait_forever(was_ended, call); },
      std::chrono::seconds(0));
  Session session(server);
  Calls calls(io, session, [&](auto, std::string message, bool) { take(message); });
  calls.start(*session.receive(request).call);
  io.run();
  EXPECT_TRUE(was_ended);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0]["result"]["isError"], true);
}

TEST_F(CallsTest, LeavesNothingBehindWhenItGoesFirst) {
  add([this](json, CallContext& call) { return wait_forever(was_ended, call); });
  Session session(server);
  {
    Calls calls(io, session, [&](auto, std::string message, bool) { take(message); });
    calls.start(*session.receive(request).call);
    io.poll();
  }
  io.restart();
  io.run();
  EXPECT_TRUE(was_ended);
  EXPECT_TRUE(messages.empty());
}

}  // namespace
}  // namespace mcp
