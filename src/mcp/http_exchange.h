// One HTTP request of an MCP client and its answer.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "mcp/conversation.h"
#include "net/client_connection.h"

namespace mcp {

// What all connections of the front share.
struct HttpState {
  boost::asio::io_context& io;
  const Server& server;
  // By id, of the era before 2026-07-28; the newer one has none.
  std::map<std::string, std::shared_ptr<Conversation>, std::less<>> sessions = {};
};

constexpr size_t most_sessions = 64;

class HttpExchange {
 public:
  HttpExchange(HttpState& state, net::ClientConnection& client, net::RequestHead head)
      : state_(state), client_(client), head_(std::move(head)), keep_alive_(head_.keep_alive) {}

  // False when the connection is to be closed.
  net::Task<bool> answer();
  // For a head that could not be read.
  net::Task<void> refuse_head(net::ReadFailure failure);

 private:
  net::Task<void> post();
  net::Task<void> remove();
  net::Task<void> take(std::shared_ptr<Conversation> conversation, Received received);
  net::Task<void> run(std::shared_ptr<Conversation> conversation, Received received);
  net::Task<void> relay(Stream& stream);
  net::Task<void> reply(int status, std::string body, std::string extra_headers = {});
  net::Task<void> refuse(int status, int code, std::string_view message);
  net::Task<bool> send(std::string bytes);
  std::string open_session(const std::shared_ptr<Conversation>& conversation);

  HttpState& state_;
  net::ClientConnection& client_;
  net::RequestHead head_;
  bool keep_alive_;
  bool is_client_gone_ = false;
};

}  // namespace mcp
