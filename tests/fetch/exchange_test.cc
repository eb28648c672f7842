#include "fetch/exchange.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace fetch {
namespace {

constexpr size_t plenty = 1u << 20;

Request request_for(std::string_view url) {
  return {.url = *parse_url(url)};
}

struct Outcome {
  Response response;
  std::string problem;
  bool is_done = false;
};

// Feeds the bytes in pieces of that size, then the end of the connection.
Outcome http1(std::string_view bytes, size_t piece, size_t max_body = plenty) {
  const auto exchange = http1_exchange(request_for("https://a.test/x"), max_body);
  for (size_t at = 0; at < bytes.size() && !exchange->is_done(); at += piece)
    exchange->feed(bytes.substr(at, piece));
  if (!exchange->is_done()) exchange->feed({});
  return {exchange->take_response(), exchange->problem(), exchange->is_done()};
}

TEST(Http1Exchange, SendsTheHeadersOfChromeInItsOrder) {
  Request request = request_for("https://a.test:8443/x?y");
  request.cookies = "a=1; b=2";
  const std::string sent = http1_exchange(request, plenty)->take_output();
  EXPECT_TRUE(sent.starts_with(
      "GET /x?y HTTP/1.1\r\nHost: a.test:8443\r\nConnection: keep-alive\r\nsec-ch-ua: "));
  EXPECT_NE(sent.find("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\nCookie: a=1; b=2\r\n\r\n"));
  const std::string plain = http1_exchange(request_for("http://a.test/"), plenty)->take_output();
  EXPECT_EQ(plain.find("sec-"), std::string::npos);
  EXPECT_EQ(plain.find("Sec-"), std::string::npos);
  EXPECT_NE(plain.find("\r\nAccept-Encoding: gzip, deflate\r\n"), std::string::npos);
}

TEST(Http1Exchange, ReadsEveryKindOfBodyHoweverItIsCut) {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 "
        "OK\r\n"
        "Content-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: "
        "v\r\n\r\n"}) {
    for (const size_t piece : {1u, 2u, 7u, 1000u}) {
      const Outcome outcome = http1(answer, piece);
      EXPECT_EQ(outcome.problem, "") << answer << piece;
      EXPECT_EQ(outcome.response.body, "hello") << answer << piece;
      EXPECT_EQ(outcome.response.status, 200);
    }
  }
}

TEST(Http1Exchange, NeedsNoBodyWhereThereIsNone) {
  for (const char* answer :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    const auto exchange = http1_exchange(request_for("https://a.test/"), plenty);
    exchange->feed(answer);
    EXPECT_TRUE(exchange->is_done()) << answer;
    EXPECT_EQ(exchange->problem(), "");
  }
}

TEST(Http1Exchange, SaysWhyThereIsNoWholeAnswer) {
  EXPECT_EQ(http1("", 1).problem, "the server closed the connection without an answer");
  EXPECT_EQ(http1("HTTP/1.1 200 OK\r\nConte", 4).problem, "the answer broke off in its head");
  EXPECT_EQ(http1("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", 4).problem,
            "the answer broke off after 5 bytes");
  EXPECT_EQ(http1("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", 4).problem,
            "the answer broke off after 3 bytes");
  EXPECT_EQ(http1("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", 4).problem,
            "the answer's chunks are damaged");
  EXPECT_EQ(http1("SSH-2.0-OpenSSH_9.2\r\n\r\n", 100).problem, "the answer is not HTTP");
  EXPECT_EQ(http1("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), 1000).problem,
            "the head of the answer is too long");
  std::string interim;
  for (int i = 0; i < 100; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(http1(interim, 10).problem, "the answer does not begin");
}

TEST(Http1Exchange, KeepsTheBeginningOfABodyThatIsTooLong) {
  const Outcome outcome = http1("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'), 100, 1000);
  EXPECT_EQ(outcome.response.body, std::string(1000, 'x'));
  EXPECT_TRUE(outcome.response.is_cut);
  EXPECT_EQ(outcome.problem, "");
  EXPECT_FALSE(
      http1("HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'), 100, 1000).response.is_cut);
}

// nghttp2's server on the other end, in memory.
class Peer {
 public:
  std::function<void(Peer&, int32_t)> on_request = [](Peer&, int32_t) {};
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  Peer() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_max_send_header_block_length(options, 1u << 20);
    nghttp2_session_server_new2(&session_, callbacks, this, options);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Peer() { nghttp2_session_del(session_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  nghttp2_session* session() { return session_; }

  void head(int32_t stream, const std::vector<std::pair<std::string, std::string>>& fields,
            bool is_last = false) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields)
      list.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                      value.size(), NGHTTP2_NV_FLAG_NONE});
    nghttp2_submit_headers(session_, is_last ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE, stream,
                           nullptr, list.data(), list.size(), nullptr);
  }
  void send(int32_t stream, std::string text) {
    answer_ = std::move(text);
    const nghttp2_data_provider source{.source = {.ptr = nullptr}, .read_callback = read};
    nghttp2_submit_data(session_, NGHTTP2_FLAG_END_STREAM, stream, &source);
  }

  // Lets both talk until neither has anything to say.
  void talk(Exchange& exchange) {
    while (true) {
      const std::string sent = exchange.take_output();
      if (!sent.empty())
        nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(sent.data()),
                                 sent.size());
      const uint8_t* data = nullptr;
      const ssize_t count = nghttp2_session_mem_send(session_, &data);
      if (count <= 0 && sent.empty()) return;
      if (count > 0)
        exchange.feed({reinterpret_cast<const char*>(data), static_cast<size_t>(count)});
      if (exchange.is_done()) return;
    }
  }

 private:
  static Peer& self(void* user) { return *static_cast<Peer*>(user); }
  static int on_header(nghttp2_session*, const nghttp2_frame*, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* user) {
    self(user).headers.emplace_back(std::string(reinterpret_cast<const char*>(name), name_size),
                                    std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }
  static int on_data(nghttp2_session*, uint8_t, int32_t, const uint8_t* data, size_t size,
                     void* user) {
    self(user).body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.stream_id > 0 && is_end) self(user).on_request(self(user), frame->hd.stream_id);
    return 0;
  }
  static ssize_t read(nghttp2_session*, int32_t, uint8_t* into, size_t space, uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    std::string& text = self(user).answer_;
    const size_t count = std::min(space, text.size());
    std::memcpy(into, text.data(), count);
    text.erase(0, count);
    if (text.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  nghttp2_session* session_ = nullptr;
  std::string answer_;
};

TEST(Http2Exchange, SendsAFormAndReadsTheAnswer) {
  Request request = request_for("https://a.test/form");
  request.method = "POST";
  request.body = std::string(200'000, 'b');
  request.cookies = "a=1; b=2";
  const auto exchange = http2_exchange(request, plenty);
  Peer peer;
  peer.on_request = [](Peer& server, int32_t stream) {
    server.head(stream, {{":status", "103"}, {"link", "x"}});
    server.head(stream, {{":status", "200"}, {"content-type", "text/plain"}});
    server.send(stream, std::string(300'000, 'x'));
  };
  peer.talk(*exchange);
  ASSERT_TRUE(exchange->is_done());
  EXPECT_EQ(exchange->problem(), "");
  EXPECT_EQ(peer.body.size(), 200'000u);
  EXPECT_EQ(peer.headers[1], (std::pair<std::string, std::string>(":authority", "a.test")));
  EXPECT_EQ(std::ranges::count(peer.headers, "cookie", [](const auto& one) { return one.first; }),
            2);
  const Response response = exchange->take_response();
  EXPECT_EQ(response.body, std::string(300'000, 'x'));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.size(), 1u);  // none of the interim answer's
}

TEST(Http2Exchange, KeepsTheBeginningOfABodyThatIsTooLong) {
  const auto exchange = http2_exchange(request_for("https://a.test/"), 1000);
  Peer peer;
  peer.on_request = [](Peer& server, int32_t stream) {
    server.head(stream, {{":status", "200"}});
    server.send(stream, std::string(500'000, 'x'));
  };
  peer.talk(*exchange);
  ASSERT_TRUE(exchange->is_done());
  const Response response = exchange->take_response();
  EXPECT_EQ(response.body.size(), 1000u);
  EXPECT_TRUE(response.is_cut);
}

TEST(Http2Exchange, SaysWhyThereIsNoWholeAnswer) {
  const auto problem_of = [](std::function<void(Peer&, int32_t)> on_request) {
    const auto exchange = http2_exchange(request_for("https://a.test/"), plenty);
    Peer peer;
    peer.on_request = std::move(on_request);
    peer.talk(*exchange);
    if (!exchange->is_done()) exchange->feed({});
    return exchange->problem();
  };
  EXPECT_EQ(problem_of([](Peer&, int32_t) {}),
            "the server closed the connection without an answer");
  EXPECT_EQ(problem_of([](Peer& server, int32_t stream) {
              nghttp2_submit_rst_stream(server.session(), NGHTTP2_FLAG_NONE, stream,
                                        NGHTTP2_REFUSED_STREAM);
            }),
            "the server broke the answer off: REFUSED_STREAM");
  EXPECT_EQ(
      problem_of([](Peer& server, int32_t stream) { server.head(stream, {{":status", "200"}}); }),
      "the answer broke off after 0 bytes");
  EXPECT_EQ(problem_of([](Peer& server, int32_t stream) {
              std::vector<std::pair<std::string, std::string>> fields{{":status", "200"}};
              // Few bytes on the wire: all but the first refer to it.
              for (int i = 0; i < 200; ++i) fields.emplace_back("same", std::string(2000, 'x'));
              server.head(stream, fields, true);
            }),
            "the head of the answer is too long");
}

TEST(Http2Exchange, FailsOnWhatIsNotHttp2) {
  const auto exchange = http2_exchange(request_for("https://a.test/"), plenty);
  exchange->take_output();
  exchange->feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more of it");
  ASSERT_TRUE(exchange->is_done() || !exchange->take_output().empty());
  if (!exchange->is_done()) exchange->feed({});
  EXPECT_NE(exchange->problem(), "");
}

}  // namespace
}  // namespace fetch
