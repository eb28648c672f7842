#include <algorithm>

#include "base/strings.h"
#include "fetch/chrome.h"
#include "fetch/exchange.h"
#include "net/chunk_decoder.h"

namespace fetch {
namespace {

std::string request_bytes(const Request& request) {
  std::string bytes = request.method + " " + request.url.target + " HTTP/1.1\r\n";
  for (const net::Header& header : chrome::http1_headers(request))
    bytes += header.name + ": " + header.value + "\r\n";
  return bytes + "\r\n" + request.body;
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

class Http1Exchange : public Exchange {
 public:
  Http1Exchange(const Request& request, size_t max_body)
      : Exchange(max_body), output_(request_bytes(request)) {}

  std::string take_output() override { return std::exchange(output_, {}); }

  void feed(std::string_view bytes) override {
    if (is_done()) return;
    if (bytes.empty()) {
      end();
    } else if (in_body_) {
      take_body(bytes);
    } else {
      head_bytes_ += bytes;
      take_head();
    }
  }

 private:
  void end() {
    if (!in_body_) {
      finish(head_bytes_.empty() ? "the server closed the connection without an answer"
                                 : "the answer broke off in its head");
    } else if (head_.chunked || left_ > 0) {
      finish("the answer broke off after " + std::to_string(received()) + " bytes");
    } else {
      finish();
    }
  }

  void take_head() {
    size_t length = 0;
    head_ = {};
    switch (net::parse_head(head_bytes_, head_, length)) {
      case net::HeadState::incomplete:
        return;
      case net::HeadState::too_large:
        return finish("the head of the answer is too long");
      case net::HeadState::malformed:
        return finish("the answer is not HTTP");
      case net::HeadState::complete:
        break;
    }
    const std::string rest = head_bytes_.substr(length);
    if (head_.status >= 100 && head_.status < 200) {  // the real answer follows
      head_bytes_ = rest;
      if (++interim_ > max_interim) return finish("the answer does not begin");
      if (!rest.empty()) take_head();
      return;
    }
    if (head_.unknown_coding) return finish("the answer has an unknown transfer coding");
    response_.status = head_.status;
    for (const auto& [name, value] : head_.headers.all())
      response_.headers.push_back({std::string(name), std::string(value)});
    response_.protocol = "HTTP/1.1";
    in_body_ = true;
    left_ = head_.chunked ? 0 : head_.content_length.value_or(0);
    const bool is_empty = !head_.chunked && head_.content_length && left_ == 0;
    if (has_no_body(head_.status) || is_empty) return finish();
    if (!rest.empty()) take_body(rest);
  }

  void take_body(std::string_view bytes) {
    if (head_.chunked) {
      decoder_.feed(bytes, [this](std::string_view part) { add_to_body(part); });
      if (decoder_.failed()) return finish("the answer's chunks are damaged");
      if (decoder_.complete()) finish();
    } else if (head_.content_length) {
      const auto take = std::min<uint64_t>(left_, bytes.size());
      left_ -= take;
      add_to_body(bytes.substr(0, take));
      if (left_ == 0) finish();
    } else {
      add_to_body(bytes);
    }
  }

  static constexpr int max_interim = 16;
  std::string output_;
  std::string head_bytes_;
  net::ResponseHead head_;
  net::ChunkDecoder decoder_;
  uint64_t left_ = 0;  // of a body with a length
  int interim_ = 0;
  bool in_body_ = false;
};

}  // namespace

void Exchange::add_to_body(std::string_view bytes) {
  if (is_done_) return;
  const size_t space = max_body_ - response_.body.size();
  response_.body += bytes.substr(0, space);
  if (bytes.size() <= space) return;
  response_.is_cut = true;
  finish();
}

void Exchange::finish(std::string problem) {
  if (is_done_) return;
  is_done_ = true;
  problem_ = std::move(problem);
}

std::unique_ptr<Exchange> http1_exchange(const Request& request, size_t max_body) {
  return std::make_unique<Http1Exchange>(request, max_body);
}

}  // namespace fetch
