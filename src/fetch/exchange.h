// One request and its answer in a protocol's bytes: fed with what the server says, it says what to
// send. No sockets, no clock.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fetch/request.h"

namespace fetch {

class Exchange {
 public:
  virtual ~Exchange() = default;

  // What has to be sent now; the first time, the request.
  virtual std::string take_output() = 0;
  // What the server sent; empty: it has closed the connection.
  virtual void feed(std::string_view bytes) = 0;

  bool is_done() const { return is_done_; }
  // Why there is no whole answer: "the answer is not HTTP". To be asked when it is done.
  const std::string& problem() const { return problem_; }
  Response take_response() { return std::move(response_); }
  // Of the body, so far.
  size_t received() const { return response_.body.size(); }

 protected:
  explicit Exchange(size_t max_body) : max_body_(max_body) {}
  // Keeps what fits; the rest of a body that is too long is not waited for.
  void add_to_body(std::string_view bytes);
  void finish(std::string problem = {});

  Response response_;

 private:
  size_t max_body_;
  bool is_done_ = false;
  std::string problem_;
};

std::unique_ptr<Exchange> http1_exchange(const Request& request, size_t max_body);
std::unique_ptr<Exchange> http2_exchange(const Request& request, size_t max_body);

}  // namespace fetch
