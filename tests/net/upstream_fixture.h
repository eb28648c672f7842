// A model server of a test's own hand, and calls to it.
#pragma once

#include <string>
#include <vector>

#include "net/loopback.h"
#include "net/upstream.h"

namespace net {

using HeadOrFailure = std::expected<ResponseHead, UpstreamFailure>;
using MoreOrFailure = std::expected<bool, UpstreamFailure>;

inline bool is(const HeadOrFailure& result, UpstreamFailure::Kind kind) {
  return !result && result.error().kind == kind;
}
inline bool is(const MoreOrFailure& result, UpstreamFailure::Kind kind) {
  return !result && result.error().kind == kind;
}

class UpstreamTest : public testing::Test {
 protected:
  using Kind = UpstreamFailure::Kind;

  UpstreamRequest request(std::string body = "{}") {
    std::string head = pool_.request_head("POST", "/v1/chat/completions", body.size());
    return {.head = std::move(head), .body = std::move(body)};
  }
  Outcome<HeadOrFailure> start(UpstreamCall& call) { return {io_, call.start(request())}; }
  Outcome<MoreOrFailure> pump(UpstreamCall& call) {
    const auto add = [this](std::string_view data) { body_ += data; };
    const auto go_on = [this] {
      ++reads_;
      return go_on_;
    };
    return {io_, call.pump(add, go_on)};
  }
  // The request has come whole.
  void expect_request(Peer& peer, std::string_view end = "{}") {
    EXPECT_TRUE(run_until(io_, [&] { return peer.got().ends_with(end); }));
    peer.forget();
  }
  // A call whose answer begins with this text, and the server's end of it.
  Peer answered(UpstreamCall& call, std::string_view answer) {
    auto head = start(call);
    Peer peer = server_.accept(io_);
    expect_request(peer);
    peer.send(answer);
    EXPECT_TRUE(head.wait()) << head.wait().error().message;
    return peer;
  }
  // A whole exchange that leaves its connection in the pool.
  Peer leave_a_kept_connection() {
    UpstreamCall call(pool_);
    Peer peer = answered(call, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(pump(call).wait(), MoreOrFailure(false));
    return peer;
  }
  void settle() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  Listener server_;
  UpstreamPool pool_{io_, Url{"127.0.0.1", server_.port(), ""}};
  std::string body_;
  int reads_ = 0;
  bool go_on_ = true;
};

inline bool operator==(const UpstreamFailure& a, const UpstreamFailure& b) {
  return a.kind == b.kind;
}

}  // namespace net
