// One page of the browser: what its events have told of it, and commands to it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cdp/connection.h"
#include "mcp/browser/refs.h"
#include "mcp/browser/signal.h"

namespace mcp::browser {

// A dialog blocks its page: each is answered the moment it opens.
struct DialogPolicy {
  std::optional<bool> accept = {};  // unset: alerts and leaving are accepted, questions declined
  std::string text = {};            // for a prompt
};

struct Frame {
  std::string session;  // the one that speaks for it
  std::string parent;   // the frame that holds it; empty for the page
  std::string loader;   // of its document
  std::string url;
};

class Tab {
 public:
  Tab(cdp::Connection& connection, std::string target, std::string session);

  // Sends what the page has to tell us from now on, and lets it begin.
  void begin();
  // An event of one of its sessions.
  void receive(const cdp::Message& event);
  bool owns(const std::string& session) const {
    return session == session_ || inner_sessions_.contains(session);
  }
  const std::set<std::string>& inner_sessions() const { return inner_sessions_; }

  net::Task<cdp::Answer> call(std::string_view method, const cdp::Params& params = {},
                              milliseconds deadline = cdp::Connection::usual_deadline) {
    return connection_.call(session_, method, params, deadline);
  }
  void post(std::string_view method, const cdp::Params& params = {}) {
    connection_.post(session_, method, params);
  }

  const std::string& target() const { return target_; }
  const std::string& session() const { return session_; }
  cdp::Connection& connection() { return connection_; }
  Signal& changed() { return changed_; }
  const std::map<std::string, Frame>& frames() const { return frames_; }
  const Frame& main() const { return frames_.at(target_); }
  bool is_alive(const FrameKey& key) const;

  // Of the document that is in it: "init", "DOMContentLoaded", "load", …
  bool has_reached(const std::string& loader, std::string_view stage) const {
    return loader == main().loader && stages_.contains(stage);
  }
  bool is_navigating() const { return is_navigating_; }
  // Requests under way that a page waits for, and when the last one moved.
  size_t requests_under_way() const { return requests_.size(); }
  Clock::time_point last_activity() const { return last_activity_; }
  void forget_requests() { requests_.clear(); }

  // What happened since the last time it was asked: dialogs, downloads, crashes.
  std::vector<std::string> take_news();
  void note(std::string news);

  int number = 0;  // of the tabs of its session, from 1; by it they are spoken of
  std::string title;
  std::string asked;  // the address that was last asked for the document, redirects followed
  int status = 0;     // of the answer that brought the document; 0: unknown
  DialogPolicy dialogs;
  bool is_closed = false;
  bool has_crashed = false;
  std::map<FrameKey, int64_t> worlds;  // our script contexts in its documents
  // Screencast frames, when somebody records.
  std::function<void(json::Value frame)> on_frame;

 private:
  void begin_session(const std::string& session);
  void take_dialog(const cdp::Message& event);
  void take_navigation(const cdp::Message& event);
  void take_stage(const std::string& frame, const cdp::Message& event);
  void take_request(const cdp::Message& event);
  void take_inner(const cdp::Message& event);
  void remove_frame(const std::string& frame);

  cdp::Connection& connection_;
  std::string target_;
  std::string session_;
  std::set<std::string> inner_sessions_;  // of frames in other processes
  std::map<std::string, Frame> frames_;
  std::set<std::string, std::less<>> stages_;
  std::set<std::string> requests_;
  Clock::time_point last_activity_ = Clock::now();
  bool is_navigating_ = false;
  int dialogs_seen_ = 0;
  std::vector<std::string> news_;
  Signal changed_;
};

}  // namespace mcp::browser
