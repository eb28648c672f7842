// The sessions that a client has opened, and the browser that they share: started when it is first
// needed, ended when it has been idle.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "mcp/browser/live_browser.h"
#include "mcp/browser/refs.h"
#include "mcp/browser/signal.h"

namespace mcp::browser {

class Recording;

struct Session {
  explicit Session(boost::asio::io_context& io) : turn(std::make_shared<Turn>(io)) {}

  std::string id;
  std::shared_ptr<Context> context;
  RefTable refs;
  std::shared_ptr<Turn> turn;  // its steps come one after the other
  Clock::time_point last_used = Clock::now();
  std::shared_ptr<Recording> recording;  // null: nothing is recorded
  std::string recording_note;            // why it is no more

  // What is typed next must be on no film.
  void stop_recording_for_a_secret();
};

class Sessions {
 public:
  Sessions(boost::asio::io_context& io, Options options);
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  const Options& options() const { return options_; }
  boost::asio::io_context& io() { return io_; }

  // All throw base::Error.
  net::Task<std::shared_ptr<Session>> open();
  // A context for one call only.
  net::Task<std::shared_ptr<Context>> one_shot();
  // The error says what became of it when it is not open.
  std::shared_ptr<Session> find(const std::string& id);
  void close(const std::string& id);
  const std::map<std::string, std::shared_ptr<Session>>& all() const { return sessions_; }

  // Closes all and ends the browser.
  void shut_down();

 private:
  net::Task<std::shared_ptr<LiveBrowser>> browser();
  void forget(const std::string& id, const std::string& why);
  void drop_lost();
  void sweep();
  void sweep_later();

  boost::asio::io_context& io_;
  Options options_;
  std::shared_ptr<LiveBrowser> browser_;
  std::shared_ptr<Turn> starting_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
  std::map<std::string, std::string> ended_;  // why, of those that are no more
  Clock::time_point last_used_ = Clock::now();
  boost::asio::steady_timer sweeper_;
  std::shared_ptr<bool> is_here_ = std::make_shared<bool>(true);
};

}  // namespace mcp::browser
