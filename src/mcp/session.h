// One client's side of a server: a message in; what to answer, run or end out (pure). Serves both
// eras of the protocol at any time: a request that carries the version in its _meta (2026-07-28)
// needs nothing before it; all else is 2025-11-25 and earlier, where `initialize` comes first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/tool.h"
#include "protocol/jsonrpc/message.h"

namespace mcp {

constexpr std::string_view modern_version = "2026-07-28";
constexpr std::string_view legacy_version = "2025-11-25";  // the newest of that era

// The protocol's own errors.
constexpr int unsupported_version = -32022;

constexpr size_t max_message = 16u << 20;  // bytes
constexpr size_t max_open_calls = 256;

// A tool to run, named by a number of the session.
struct Call {
  std::uint64_t number = 0;
  const Tool* tool = nullptr;
  nlohmann::json arguments;
};

struct Received {
  std::string reply;         // to send now; empty: nothing
  int error = 0;             // the reply's code when it is an error
  std::optional<Call> call;  // to run; finish() then has the answer
  // A subscription that stays open behind its reply, until it is cancelled or close() ends it.
  std::optional<std::uint64_t> subscription;
  // What the client has ended: no answer is owed any more.
  std::optional<std::uint64_t> cancelled;

  // Of the message itself, as far as it was understood.
  bool is_request = false;     // false: a notification or a response
  bool is_initialize = false;  // agreed
  bool is_modern = false;      // it carries its protocol version
  std::string id;              // JSON text
  std::string version;         // of the _meta
  std::string method;
  std::string name;  // of the tool, prompt or resource
};

bool is_legacy_version(std::string_view version);

class Session {
 public:
  // The server outlives the session.
  explicit Session(const Server& server) : server_(server) {}

  // One JSON-RPC message, without a line end.
  Received receive(std::string_view text);
  // Instead of receive(): a message that was too long to be kept.
  Received receive_oversized() const;

  // Each gives the message to send, or nothing when the client does not want it.
  std::string finish(std::uint64_t call, const ToolResult& result);
  std::string progress(std::uint64_t call, double value, double total, std::string_view text);
  std::string log(std::uint64_t call, LogLevel level, std::string_view text);
  // Ends a subscription from our side.
  std::string close(std::uint64_t subscription);

  // No answer is owed any more.
  void forget(std::uint64_t number) { open_.erase(number); }
  std::vector<std::uint64_t> open_subscriptions() const;

 private:
  // A request that has not been answered.
  struct Open {
    std::string key;
    std::string id;
    bool is_modern = false;
    bool is_subscription = false;
    std::string progress_token;  // JSON text; empty: no progress wanted
    std::optional<double> progress;
    std::optional<LogLevel> level;  // absent: no log messages wanted
  };
  // A request while it is taken apart.
  struct Request {
    std::string method;
    std::string id;
    json::Value id_value;
    json::Value params;
    json::Value meta;
    bool is_modern = false;
  };

  Received receive(const Request& request);
  Received answer(const Request& request);
  Received initialize(const Request& request) const;
  Received set_level(const Request& request);
  Received discover(const Request& request) const;
  Received list_tools(const Request& request) const;
  Received call_tool(const Request& request);
  Received listen(const Request& request);
  Received cancel(json::Value params);
  Received reply(const Request& request, std::string_view members) const;
  std::string result_text(bool is_modern, std::string_view members) const;
  std::uint64_t open(const Request& request);
  bool is_open(const std::string& key) const;

  const Server& server_;
  LogLevel level_ = LogLevel::info;  // of the legacy era
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Open> open_;
};

}  // namespace mcp
