#include <algorithm>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/strings.h"
#include "fetch/chrome.h"
#include "fetch/exchange.h"

namespace fetch {
namespace {

constexpr size_t max_headers = 256u << 10;  // bytes, of all

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 copies both.
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

class Http2Exchange : public Exchange {
 public:
  Http2Exchange(const Request& request, size_t max_body) : Exchange(max_body), body_(request.body) {
    open_session();
    std::vector<nghttp2_settings_entry> settings;
    for (const chrome::Setting& one : chrome::http2_settings)
      settings.push_back({one.id, one.value});
    nghttp2_submit_settings(session(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(session(), NGHTTP2_FLAG_NONE, 0, chrome::http2_window);
    submit(request);
  }

  std::string take_output() override {
    std::string bytes;
    while (true) {
      const uint8_t* data = nullptr;
      const ssize_t count = nghttp2_session_mem_send(session(), &data);
      if (count <= 0) return bytes;
      bytes.append(reinterpret_cast<const char*>(data), static_cast<size_t>(count));
    }
  }

  void feed(std::string_view bytes) override {
    if (is_done()) return;
    if (bytes.empty())
      return finish(response_.status == 0
                        ? "the server closed the connection without an answer"
                        : "the answer broke off after " + std::to_string(received()) + " bytes");
    const ssize_t used = nghttp2_session_mem_recv(
        session(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (used < 0) {
      finish("HTTP/2 failed: " + std::string(nghttp2_strerror(static_cast<int>(used))));
    } else if (!is_done() && nghttp2_session_want_read(session()) == 0) {
      finish("the server ended the HTTP/2 connection");
    }
  }

 private:
  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  nghttp2_session* session() { return session_.get(); }
  static Http2Exchange& self(void* user) { return *static_cast<Http2Exchange*>(user); }

  void open_session() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    session_.reset(session);
  }

  void submit(const Request& request) {
    const std::string authority = request.url.authority();
    std::vector<nghttp2_nv> fields{field(":method", request.method), field(":authority", authority),
                                   field(":scheme", "https"), field(":path", request.url.target)};
    const std::vector<net::Header> headers = chrome::http2_headers(request);
    for (const net::Header& header : headers) fields.push_back(field(header.name, header.value));
    nghttp2_priority_spec priority;
    nghttp2_priority_spec_init(&priority, 0, chrome::http2_weight, 1);
    const nghttp2_data_provider body{.source = {.ptr = nullptr}, .read_callback = read_body};
    stream_ = nghttp2_submit_request(session(), &priority, fields.data(), fields.size(),
                                     body_.empty() ? nullptr : &body, nullptr);
    if (stream_ < 0) finish("the request cannot be sent by HTTP/2");
  }

  static ssize_t read_body(nghttp2_session*, int32_t, uint8_t* into, size_t space, uint32_t* flags,
                           nghttp2_data_source*, void* user) {
    std::string& body = self(user).body_;
    const size_t count = std::min(space, body.size());
    body.copy(reinterpret_cast<char*>(into), count);
    body.erase(0, count);
    if (body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Exchange& exchange = self(user);
    // A head behind a head: an interim answer was first, or these are trailers.
    exchange.in_trailers_ = exchange.response_.status >= 200;
    if (!exchange.in_trailers_ && frame->hd.stream_id == exchange.stream_)
      exchange.response_.headers.clear();
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* user) {
    Http2Exchange& exchange = self(user);
    exchange.header_bytes_ += name_size + value_size + 32;
    if (exchange.header_bytes_ > max_headers) {
      exchange.finish("the head of the answer is too long");
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    if (frame->hd.stream_id != exchange.stream_ || exchange.in_trailers_) return 0;
    exchange.take_header({reinterpret_cast<const char*>(name), name_size},
                         {reinterpret_cast<const char*>(value), value_size});
    return 0;
  }

  void take_header(std::string_view name, std::string_view value) {
    if (name == ":status") {
      response_.status = static_cast<int>(base::parse_number(value).value_or(0));
      response_.protocol = "HTTP/2";
    } else {
      response_.headers.push_back({std::string(name), std::string(value)});
    }
  }

  static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size,
                     void* user) {
    Http2Exchange& exchange = self(user);
    if (stream == exchange.stream_)
      exchange.add_to_body({reinterpret_cast<const char*>(data), size});
    return 0;
  }

  static int on_close(nghttp2_session*, int32_t stream, uint32_t error, void* user) {
    Http2Exchange& exchange = self(user);
    if (stream != exchange.stream_) return 0;
    const bool is_whole = error == NGHTTP2_NO_ERROR && exchange.response_.status >= 200;
    exchange.finish(is_whole ? ""
                             : "the server broke the answer off: " +
                                   std::string(nghttp2_http2_strerror(error)));
    return 0;
  }

  std::unique_ptr<nghttp2_session, Free> session_;
  std::string body_;  // of the request, what is left of it
  int32_t stream_ = 0;
  size_t header_bytes_ = 0;
  bool in_trailers_ = false;
};

}  // namespace

std::unique_ptr<Exchange> http2_exchange(const Request& request, size_t max_body) {
  return std::make_unique<Http2Exchange>(request, max_body);
}

}  // namespace fetch
