// One request and its answer: a plain one, or a stream of events with pings while nothing else
// goes.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/gateway.h"
#include "net/client_connection.h"
#include "protocol/chat/error.h"

namespace gateway {

class Exchange {
 public:
  Exchange(Gateway& gateway, net::ClientConnection& client, net::RequestHead head);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const net::RequestHead& head() const { return head_; }
  const std::string& request_id() const { return request_id_; }
  // Something of the answer has been made.
  bool answered() const { return begun_ || replied_; }
  bool keep_alive() const { return keep_alive_; }
  void close_after() { keep_alive_ = false; }

  // A plain answer. To HEAD only its head goes out.
  net::Task<void> reply(int status, std::string_view content_type, std::string body,
                        std::string extra_headers = {});
  net::Task<void> reply_error(chat::Error error);

  // From here on the answer will be a stream: after `hold_head` of silence its head goes out, and
  // then a ping whenever nothing was sent for long.
  void expect_events(std::function<void(std::string&)> append_ping);
  void stop_expecting() { expecting_ = false; }
  // Sends the head now, if it is not out yet.
  void begin_events();
  bool events_begun() const { return begun_; }
  // What is appended between these two is one chunk (none when nothing is).
  std::string& open_chunk();
  // Where the answer's bytes go.
  std::string& buffer() { return out_; }
  bool in_chunk() const { return in_chunk_; }
  void close_chunk();
  // Sends what is ready; false when the client is gone.
  bool send_now();
  net::Task<bool> flush();
  net::Task<void> end_events();

  // What ends the handler's present wait; called when the client leaves, or on abort().
  std::function<void()> on_abort;
  enum class Abort { none, client_left, upstream_idle, shutdown };
  void abort(Abort reason);
  Abort aborted() const { return aborted_; }

  // About once a second.
  void tick();
  void upstream_alive() { upstream_time_ = gateway_.now; }

 private:
  void append_head(int status, std::string_view content_type, std::string_view extra_headers);

  Gateway& gateway_;
  net::ClientConnection& client_;
  net::RequestHead head_;
  std::string request_id_;
  bool keep_alive_;
  bool expecting_ = false;
  std::function<void(std::string&)> append_ping_;
  bool begun_ = false;
  bool replied_ = false;
  bool in_chunk_ = false;
  size_t chunk_start_ = 0;
  std::string out_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point sent_;
  std::chrono::steady_clock::time_point upstream_time_;
  Abort aborted_ = Abort::none;
};

// "req_…", "msg_…": 128 random bits in hexadecimal.
std::string random_id(std::string_view prefix);

}  // namespace gateway
