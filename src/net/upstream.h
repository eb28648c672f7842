// Calls to the model server: a pool of kept connections, and one call over one of them. A call that
// does not end whole closes its connection, which is how the server learns to stop generating.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/chunk_decoder.h"
#include "net/http_head.h"
#include "net/socket.h"
#include "net/task.h"
#include "net/url.h"

namespace net {

struct UpstreamFailure {
  enum class Kind { unreachable, broken, malformed, aborted };
  Kind kind;
  std::string message;  // what happened, for the client and the log
};

// Sent one after the other: a long body need not be copied behind its head.
struct UpstreamRequest {
  std::string head;
  std::string body;
};

class UpstreamPool {
 public:
  UpstreamPool(asio::io_context& io, Url url) : io_(io), url_(std::move(url)) {}

  const Url& url() const { return url_; }
  asio::io_context& io() { return io_; }
  // The head of a request to this upstream; `path` is below the URL's own path.
  std::string request_head(std::string_view method, std::string_view path, size_t body_size) const;

 private:
  friend class UpstreamCall;
  asio::io_context& io_;
  Url url_;
  std::vector<std::unique_ptr<Socket>> idle_;
};

class UpstreamCall {
 public:
  explicit UpstreamCall(UpstreamPool& pool) : pool_(pool) {}
  // Puts the connection back into the pool when the answer was read to its end.
  ~UpstreamCall();
  UpstreamCall(const UpstreamCall&) = delete;
  UpstreamCall& operator=(const UpstreamCall&) = delete;

  // Sends the request and reads the answer's head. One retry, on a new connection,
  // when a kept one turns out to be closed.
  Task<std::expected<ResponseHead, UpstreamFailure>> start(UpstreamRequest request);

  using OnData = std::function<void(std::string_view content)>;
  // Hands the answer's content to on_data as it comes, and calls after_read when all that one read
  // brought is handed out, until that returns false. The result is false when the body is complete.
  Task<std::expected<bool, UpstreamFailure>> pump(OnData on_data, std::function<bool()> after_read);
  // The same for one read.
  Task<std::expected<bool, UpstreamFailure>> read(OnData on_data);

  // Content came with the head: the next read or pump begins with it.
  bool has_data() const { return !early_.empty(); }

  // The answer has been read to its end.
  bool is_complete() const { return complete_; }

  // Ends all waits of this call and closes the connection.
  void abort();
  asio::io_context& io() { return pool_.io(); }

 private:
  using Result = std::expected<ResponseHead, UpstreamFailure>;
  Task<std::expected<void, UpstreamFailure>> connect();
  Task<Result> exchange(UpstreamRequest& request, bool keep_request);
  Task<std::expected<std::string_view, UpstreamFailure>> receive_head();
  UpstreamFailure failure(UpstreamFailure::Kind kind, const std::string& what) const;
  bool take_kept();
  Task<std::expected<void, UpstreamFailure>> send(const UpstreamRequest& request);
  bool take(std::string_view bytes);
  enum class Received { nothing, data, end };
  Received receive();
  // True when the pump has to stop.
  bool pass_on(Received received);
  // Reads all there is, with the same result.
  bool drain();

  UpstreamPool& pool_;
  std::optional<asio::ip::tcp::socket> connecting_;
  std::unique_ptr<Socket> socket_;
  ResponseHead head_;
  std::string early_;  // of the body, received with the head
  ChunkDecoder decoder_;
  uint64_t left_ = 0;      // of a body with a content length
  bool to_close_ = false;  // the body ends with the connection
  bool complete_ = false;
  bool surplus_ = false;  // more came than the answer: the connection cannot be trusted
  bool aborted_ = false;
  bool answered_ = false;  // a byte of the answer came

  Received received_ = Received::nothing;  // of the present batch
  OnData on_data_;
  std::function<bool()> after_read_;
  std::optional<UpstreamFailure> failure_;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

// A whole small exchange with a deadline, for health, models and token counts. Bodies are cut off
// at 16 MiB.
Task<std::expected<HttpReply, UpstreamFailure>> fetch(UpstreamPool& pool, std::string method,
                                                      std::string path, std::string body,
                                                      std::chrono::milliseconds deadline);

}  // namespace net
