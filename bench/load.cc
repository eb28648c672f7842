// The load client: one thread, raw epoll, one given request over many connections.
//   bench_load --port P --path PATH --body FILE --dialect chat|anthropic|responses --streams C
//   --deltas N
//              [--requests K] [--opening W] [--header 'name: value']... [--hold yes]
// K requests over C keep-alive connections (K = C unless given), at most W of them between request
// and first delta. Writes JSON lines: {"event":"open"} once every connection has had a delta,
// {"event":"ending"} at the first answer's end, {"event":"done"} with the figures. With --hold it
// ends when its standard input does, and the answers need not be whole.

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "options.h"
#include "samples.h"
#include "wire.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Dialect {
  std::string_view delta;
  std::string_view end;
  std::size_t surplus;  // deltas in each answer that carry no text
};

constexpr Dialect chat{R"("delta":{"content":)", "data: [DONE]", 1};
constexpr Dialect anthropic{"event: content_block_delta", "event: message_stop", 0};
constexpr Dialect responses{"event: response.output_text.delta", "event: response.completed", 0};

const Dialect& dialect_of(std::string_view name) {
  if (name == "anthropic") return anthropic;
  return name == "responses" ? responses : chat;
}

std::uint64_t microseconds(Clock::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

std::string read_file(std::string_view path) {
  std::ifstream file{std::string(path)};
  if (!file) die("cannot read --body");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string render_request(const Options& options) {
  const auto body = read_file(options.text("--body"));
  std::ostringstream text;
  text << "POST " << options.text("--path") << " HTTP/1.1\r\nhost: 127.0.0.1\r\n";
  for (const auto header : options.all("--header")) text << header << "\r\n";
  text << "content-type: application/json\r\ncontent-length: " << body.size() << "\r\n\r\n" << body;
  return text.str();
}

struct Stream {
  explicit Stream(const Dialect& dialect) : deltas(dialect.delta), ends(dialect.end) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(); }

  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }

  int fd = -1;
  std::uint32_t interest = 0;
  bool active = false;
  bool had_delta = false;  // in this answer
  std::size_t sent = 0;    // of the request
  std::string head;        // an answer's head not yet complete
  bool in_body = false;
  bool closing = false;
  int status = 0;
  Body body;
  Marker deltas;
  Marker ends;
  Clock::time_point started;
  Clock::time_point last;
};

class Load {
 public:
  explicit Load(const Options& options)
      : dialect_(dialect_of(options.text("--dialect"))),
        port_(static_cast<std::uint16_t>(options.number("--port"))),
        request_(render_request(options)),
        wanted_(options.number("--requests", options.number("--streams", 1))),
        expected_(options.number("--deltas", 10) + dialect_.surplus),
        window_(options.number("--opening", 64)),
        hold_(!options.text("--hold").empty()),
        poll_(::epoll_create1(0)) {
    for (auto n = options.number("--streams", 1); n > 0; --n)
      streams_.push_back(std::make_unique<Stream>(dialect_));
    if (hold_) watch(STDIN_FILENO, EPOLLIN, nullptr);
  }

  // True if every request was answered whole.
  bool run() {
    begun_ = Clock::now();
    open_more();
    std::array<epoll_event, 512> events{};
    while (!released_ && completed_ + failed_ < wanted_) {
      const int n = ::epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < n; ++i) handle(static_cast<Stream*>(events[i].data.ptr));
      open_more();
    }
    report();
    return failed_ == 0;
  }

 private:
  void watch(int fd, std::uint32_t events, Stream* stream) {
    epoll_event event{.events = events, .data = {.ptr = stream}};
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  }

  void open_more() {
    while (opening_ < window_ && next_stream_ < streams_.size() && begun_requests_ < wanted_)
      start(*streams_[next_stream_++]);
  }

  void start(Stream& s) {
    ++begun_requests_;
    ++opening_;
    s.active = true;
    s.had_delta = false;
    s.sent = 0;
    s.deltas.reset();
    s.ends.reset();
    s.started = Clock::now();
    if (s.fd < 0) connect(s);
    send_request(s);
  }

  // Spread over source addresses, so that tens of thousands do not use up one address's ports.
  void connect(Stream& s) {
    s.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s.fd < 0) die("socket");
    const int on = 1;
    ::setsockopt(s.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(s.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + next_stream_ % 8);
    if (::bind(s.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int rc = ::connect(s.fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (rc != 0 && errno != EINPROGRESS) die("connect");
    s.interest = EPOLLIN;
    watch(s.fd, s.interest, &s);
  }

  void send_request(Stream& s) {
    while (s.sent < request_.size()) {
      const auto n = ::send(s.fd, request_.data() + s.sent, request_.size() - s.sent, MSG_NOSIGNAL);
      if (n < 0) break;  // full or not yet connected; what is broken shows in recv
      s.sent += n;
    }
    const std::uint32_t interest = s.sent < request_.size() ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (interest == s.interest) return;
    s.interest = interest;
    epoll_event event{.events = interest, .data = {.ptr = &s}};
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, s.fd, &event);
  }

  void handle(Stream* s) {
    if (s == nullptr) {
      released_ = true;
      return;
    }
    if (s->active) send_request(*s);
    const auto n = ::recv(s->fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (n <= 0) return lost(*s);
    take(*s, {buffer_.data(), static_cast<std::size_t>(n)});
  }

  void lost(Stream& s) {
    s.close();
    if (s.active) finish(s);
  }

  void take(Stream& s, std::string_view bytes) {
    bytes_ += bytes.size();
    if (!s.active) return;
    if (!s.in_body && !take_head(s, bytes)) return;
    const auto before = s.deltas.count();
    s.body.feed(bytes, [&](std::string_view part) {
      s.deltas.feed(part);
      s.ends.feed(part);
    });
    if (s.deltas.count() > before) note_deltas(s, s.deltas.count() - before);
    if (s.body.done()) finish(s);
  }

  bool take_head(Stream& s, std::string_view& bytes) {
    const auto kept = s.head.size();
    s.head.append(bytes);
    const auto end = s.head.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    bytes.remove_prefix(end + 4 - kept);
    const auto head = decode_head(std::string_view(s.head).substr(0, end + 2));
    s.status = head.status;
    s.closing = head.closing;
    s.body.start(head);
    s.in_body = true;
    s.head.clear();
    return true;
  }

  void note_deltas(Stream& s, std::size_t count) {
    const auto now = Clock::now();
    deltas_ += count;
    if (s.had_delta) {
      gaps_.add(microseconds(now - s.last));
    } else {
      first_deltas_.add(microseconds(now - s.started));
      opened(s);
    }
    s.last = now;
  }

  void opened(Stream& s) {
    s.had_delta = true;
    --opening_;
    if (++opened_ == streams_.size() && completed_ == 0) tell("open");
  }

  void finish(Stream& s) {
    const bool whole = s.status == 200 && s.body.done() && s.in_body && s.ends.count() == 1 &&
                       s.deltas.count() == expected_;
    if (!whole && failed_++ == 0)
      std::fprintf(stderr, "bad answer: status %d, %zu of %zu deltas, %zu ends\n", s.status,
                   s.deltas.count(), expected_, s.ends.count());
    if (whole && completed_++ == 0) tell("ending");
    if (!s.had_delta) --opening_;
    s.active = false;
    s.in_body = false;
    s.head.clear();
    if (s.closing) s.close();
    if (begun_requests_ < wanted_ && next_stream_ == streams_.size()) start(s);
  }

  void tell(const char* event) {
    std::printf(R"({"event":"%s","deltas":%zu})"
                "\n",
                event, deltas_);
    std::fflush(stdout);
  }

  void report() const {
    const auto quantiles = [](const Samples& s) {
      std::array<char, 96> text{};
      std::snprintf(text.data(), text.size(), R"({"p50":%.1f,"p99":%.1f,"max":%zu})",
                    s.quantile(0.5), s.quantile(0.99), s.largest());
      return std::string(text.data());
    };
    std::printf(
        R"({"event":"done","requests":%zu,"completed":%zu,"failed":%zu,"deltas":%zu,"bytes":%zu,)"
        R"("seconds":%.4f,"first_delta_us":%s,"gap_us":%s})"
        "\n",
        begun_requests_, completed_, failed_, deltas_, bytes_,
        static_cast<double>(microseconds(Clock::now() - begun_)) / 1e6,
        quantiles(first_deltas_).c_str(), quantiles(gaps_).c_str());
  }

  Dialect dialect_;
  std::uint16_t port_;
  std::string request_;
  std::size_t wanted_;
  std::size_t expected_;  // deltas in each answer
  std::size_t window_;
  bool hold_;
  int poll_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::size_t next_stream_ = 0;  // the first not yet opened
  std::size_t begun_requests_ = 0;
  std::size_t opening_ = 0;
  std::size_t opened_ = 0;
  std::size_t completed_ = 0;
  std::size_t failed_ = 0;
  std::size_t deltas_ = 0;
  std::size_t bytes_ = 0;
  bool released_ = false;
  Samples first_deltas_;
  Samples gaps_;
  Clock::time_point begun_;
  std::array<char, 256 * 1024> buffer_{};
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::Options options(argc, argv);
  ::alarm(options.number("--lifetime", 300));
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return std::make_unique<bench::Load>(options)->run() ? 0 : 1;
}
