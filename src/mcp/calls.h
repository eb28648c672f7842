// Runs a session's tools, each in a coroutine of its own, until it answers, is cancelled or is past
// its deadline.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "mcp/session.h"

namespace mcp {

class Calls {
 public:
  // Gets each message that a call gives rise to; `is_last`: the call is over, and the message is
  // its answer (empty when the client wants none any more).
  using Send = std::function<void(std::uint64_t call, std::string message, bool is_last)>;

  // Session and server outlive it.
  Calls(boost::asio::io_context& io, Session& session, Send send);
  ~Calls();
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  void start(Call call);
  // Ends the call's waiting; it counts as running until its coroutine has ended.
  void cancel(std::uint64_t call);
  void cancel_all();
  bool is_idle() const { return running_.empty(); }

 private:
  struct Running;
  void finish(std::uint64_t call, const ToolResult& result);
  void ended(std::uint64_t call, const std::exception_ptr& failure, const ToolResult& result);

  boost::asio::io_context& io_;
  Session& session_;
  Send send_;
  std::map<std::uint64_t, std::shared_ptr<Running>> running_;
};

}  // namespace mcp
