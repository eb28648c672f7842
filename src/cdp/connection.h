// A connection to a browser: commands with deadlines, answers to them, events. All its sessions
// share it; when it breaks every wait ends.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cdp/message.h"
#include "cdp/transport.h"
#include "net/task.h"

namespace cdp {

struct Failure {
  enum class Kind { refused, late, gone, too_long };
  Kind kind;
  std::string message;  // "Page.navigate: Cannot navigate to invalid URL"
};

using Answer = std::expected<std::shared_ptr<const Message>, Failure>;

class Connection {
 public:
  Connection(boost::asio::io_context& io, std::unique_ptr<Transport> transport);
  // Waits that are left fail with `gone`.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static constexpr std::chrono::milliseconds usual_deadline{15'000};

  // The command is sent at once, whether or not the task is awaited at once.
  net::Task<Answer> call(std::string_view session, std::string_view method,
                         const Params& params = {},
                         std::chrono::milliseconds deadline = usual_deadline);
  // A command whose answer does not matter.
  void post(std::string_view session, std::string_view method, const Params& params = {});

  // Ends the waits of a session that has gone: the browser will not answer them.
  void abandon(std::string_view session, const std::string& why);

  // One receiver for all events; it must not destroy the connection.
  void on_event(std::function<void(const Message& event)> receiver) {
    on_event_ = std::move(receiver);
  }
  void on_end(std::function<void()> receiver) { on_end_ = std::move(receiver); }

  bool is_open() const { return ended_.empty(); }
  // Why it is not open any more.
  const std::string& why_ended() const { return ended_; }
  // Ends it from this side.
  void close(const std::string& why);
  boost::asio::io_context& io() { return io_; }

 private:
  struct Pending {
    explicit Pending(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
    std::string session;
    std::string method;
    std::shared_ptr<const Message> answer;
    std::optional<Failure> failure;
  };
  using Calls = std::unordered_map<int64_t, std::shared_ptr<Pending>>;

  static net::Task<Answer> wait(std::shared_ptr<Pending> pending, std::weak_ptr<Calls> calls,
                                int64_t id);
  void receive(std::string text);
  void settle(int64_t id, std::shared_ptr<const Message> answer, std::optional<Failure> failure);

  boost::asio::io_context& io_;
  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
  std::function<void(const Message&)> on_event_;
  std::function<void()> on_end_;
  std::string ended_;
  int64_t last_id_ = 0;
};

}  // namespace cdp
