// A scripted Chat Completions server: one thread, raw epoll, cheap enough not to be what is
// measured.
//   bench_upstream --port P --mode paced|burst|hold|instant [--deltas N] [--rate PER_SECOND]
// paced: one delta per write, `rate` a second and stream; burst: as fast as the socket takes them;
// hold: one delta, then silence until the client closes; instant: the whole answer in one write.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "options.h"
#include "script.h"
#include "wire.h"

namespace bench {
namespace {

enum class Mode : std::uint8_t { paced, burst, hold, instant };

Mode parse_mode(std::string_view text) {
  if (text == "paced") return Mode::paced;
  if (text == "burst") return Mode::burst;
  if (text == "hold") return Mode::hold;
  return Mode::instant;
}

struct Connection {
  explicit Connection(int socket) : fd(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(fd); }

  int fd;
  std::string in;  // a head not yet complete
  bool in_body = false;
  Body body;
  Marker wants_stream{R"("stream":true)"};
  bool is_tokenize = false;

  std::string own;           // an answer rendered for this request only
  std::string_view pending;  // what the socket has not taken yet
  bool streaming = false;
  std::size_t next = 0;  // the next delta's number
  std::size_t due = 0;   // deltas before this one may go out now
  int slot = -1;
};

class Server {
 public:
  Server(const Options& options)
      : mode_(parse_mode(options.text("--mode"))), script_(options.number("--deltas", 10)) {
    if (mode_ == Mode::instant) whole_ = script_.whole();
    slots_.resize(std::max<std::int64_t>(1, 1000 / options.number("--rate", 10)));
    poll_ = ::epoll_create1(0);
    listen_on(options.number("--port"));
    if (mode_ == Mode::paced) start_timer();
  }

  void run() {
    std::array<epoll_event, 512> events{};
    while (true) {
      const int n = ::epoll_wait(poll_, events.data(), events.size(), busy_.empty() ? -1 : 0);
      for (int i = 0; i < n; ++i) handle(events[i].data.fd, events[i].events);
      for (const int fd : std::exchange(busy_, {}))
        if (auto* c = find(fd)) pump(*c);
    }
  }

 private:
  Connection* find(int fd) {
    return fd < static_cast<int>(connections_.size()) ? connections_[fd].get() : nullptr;
  }

  void watch(int fd, std::uint32_t events) {
    epoll_event event{.events = events, .data = {.fd = fd}};
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  }

  void listen_on(std::int64_t port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
    if (::listen(listener_, 4096) != 0) die("listen");
    watch(listener_, EPOLLIN);
  }

  void start_timer() {
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    const itimerspec every{.it_interval = {0, 1'000'000}, .it_value = {0, 1'000'000}};
    ::timerfd_settime(timer_, 0, &every, nullptr);
    watch(timer_, EPOLLIN);
  }

  void handle(int fd, std::uint32_t events) {
    if (fd == listener_) return accept_all();
    if (fd == timer_) return tick();
    if ((events & EPOLLIN) != 0 && !receive(fd)) return;
    if (auto* c = find(fd)) pump(*c);
  }

  void accept_all() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (fd >= static_cast<int>(connections_.size())) connections_.resize(fd + 1024);
      connections_[fd] = std::make_unique<Connection>(fd);
      watch(fd, EPOLLIN | EPOLLOUT | EPOLLET);
    }
  }

  // A server that falls behind stretches time: it never sends a stream two deltas at once.
  void tick() {
    std::uint64_t passed = 0;
    if (::read(timer_, &passed, sizeof passed) != sizeof passed) return;
    for (auto n = std::min<std::uint64_t>(passed, slots_.size()); n > 0; --n) {
      now_ = (now_ + 1) % slots_.size();
      const auto streams = slots_[now_];
      for (const int fd : streams)
        if (auto* c = find(fd)) {
          c->due = std::min(c->due + 1, script_.deltas());
          pump(*c);
        }
    }
  }

  void close(Connection& c) {
    leave_slot(c);
    connections_[c.fd].reset();
  }

  void leave_slot(Connection& c) {
    if (c.slot >= 0) std::erase(slots_[c.slot], c.fd);
    c.slot = -1;
  }

  bool receive(int fd) {
    while (auto* c = find(fd)) {
      const auto n = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (n < 0 && errno == EAGAIN) return true;
      if (n <= 0) {
        close(*c);
        return false;
      }
      take(*c, {buffer_.data(), static_cast<std::size_t>(n)});
    }
    return false;
  }

  void take(Connection& c, std::string_view bytes) {
    while (!bytes.empty()) {
      if (!c.in_body && !take_head(c, bytes)) return;
      bytes.remove_prefix(c.body.feed(bytes, [&](auto part) { c.wants_stream.feed(part); }));
      if (!c.body.done()) return;
      c.in_body = false;
      if (c.is_tokenize)
        answer(c, "200 OK", R"({"count":20000,"max_model_len":262144,"tokens":[]})");
      else if (c.wants_stream.count() > 0)
        start_stream(c);
      else
        answer(c, "200 OK", script_.unstreamed());
    }
  }

  // Moves a head off `bytes`; true if a body is to be read now.
  bool take_head(Connection& c, std::string_view& bytes) {
    const auto kept = c.in.size();
    c.in.append(bytes);
    const auto end = c.in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    bytes.remove_prefix(end + 4 - kept);
    const auto text = std::exchange(c.in, {});
    const auto head = decode_head(std::string_view(text).substr(0, end + 2));
    if (head.method != "POST") {
      get(c, head.path);
      return !bytes.empty() && take_head(c, bytes);
    }
    c.is_tokenize = head.path == "/tokenize";
    c.wants_stream.reset();
    c.body.start(head);
    c.in_body = true;
    return true;
  }

  void get(Connection& c, std::string_view path) {
    if (path == "/health") return answer(c, "200 OK", "");
    if (path == "/version") return answer(c, "200 OK", R"({"version":"0.11.0"})");
    if (path != "/v1/models") return answer(c, "404 Not Found", R"({"detail":"Not Found"})");
    answer(c, "200 OK",
           R"({"object":"list","data":[{"id":"bench-model","object":"model",)"
           R"("owned_by":"vllm","max_model_len":262144}]})");
  }

  void answer(Connection& c, std::string_view status, std::string_view body) {
    c.own = http_answer(status, body);
    c.pending = c.own;
    pump(c);
  }

  void start_stream(Connection& c) {
    if (mode_ == Mode::instant) {
      c.pending = whole_;
      return pump(c);
    }
    c.pending = script_.prologue();
    c.streaming = true;
    c.next = 0;
    c.due = mode_ == Mode::burst ? script_.deltas() : mode_ == Mode::hold ? 1 : 0;
    if (mode_ == Mode::paced) {
      c.slot = static_cast<int>(next_slot_++ % slots_.size());
      slots_[c.slot].push_back(c.fd);
    }
    pump(c);
  }

  // One turn at most in burst mode, so that all streams get theirs.
  void pump(Connection& c) {
    if (!flush(c) || !c.streaming) return;
    if (c.next == script_.deltas()) {
      leave_slot(c);
      c.streaming = false;
      c.pending = script_.epilogue();
    } else if (c.next < c.due) {
      const auto run = script_.run(c.next, c.due - c.next);
      c.next += run.count;
      c.pending = run.bytes;
    } else {
      return;
    }
    if (flush(c) && (c.next < c.due || (c.streaming && c.next == script_.deltas())))
      busy_.push_back(c.fd);
  }

  bool flush(Connection& c) {
    while (!c.pending.empty()) {
      const auto n = ::send(c.fd, c.pending.data(), c.pending.size(), MSG_NOSIGNAL);
      if (n < 0) return false;  // full, or broken: then epoll tells
      c.pending.remove_prefix(n);
    }
    return true;
  }

  Mode mode_;
  Script script_;
  std::string whole_;
  int poll_ = -1;
  int listener_ = -1;
  int timer_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::vector<std::vector<int>> slots_;                   // one per millisecond of a delta's period
  std::size_t now_ = 0;
  std::size_t next_slot_ = 0;
  std::vector<int> busy_;  // have more to send and room for it
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
  std::make_unique<bench::Server>(options)->run();
}
