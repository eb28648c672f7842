#include "net/blocking_get.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/blocking_post.h"
#include "net/chunk_decoder.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// nullopt when ready; else why not.
std::optional<std::string> wait_for(const Socket& socket, short events, Clock::time_point end) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return "no answer in time";
    pollfd entry{.fd = socket.get(), .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return std::nullopt;
    if (ready < 0 && errno != EINTR) return std::strerror(errno);
  }
}

base::Result<Socket> connect_to(const addrinfo& address, Clock::time_point end) {
  Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return std::unexpected(std::strerror(errno));
  if (connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return std::unexpected(std::strerror(errno));
  if (auto problem = wait_for(socket, POLLOUT, end)) return std::unexpected(*problem);
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return std::unexpected(std::strerror(error));
  return socket;
}

base::Result<Socket> connect_to(const Url& url, Clock::time_point end) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(url.port);
  if (const int error = getaddrinfo(url.host.c_str(), port.c_str(), &hints, &found); error != 0)
    return std::unexpected(gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::string problem = "no address";
  for (const addrinfo* address = found; address; address = address->ai_next) {
    auto socket = connect_to(*address, end);
    if (socket) return socket;
    problem = socket.error();
  }
  return std::unexpected(problem);
}

std::optional<std::string> send_all(const Socket& socket, std::string_view bytes,
                                    Clock::time_point end) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    if (sent >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return std::strerror(errno);
    if (auto problem = wait_for(socket, POLLOUT, end)) return problem;
  }
  return std::nullopt;
}

// An answer as its bytes come.
class Reader {
 public:
  // True when no more is to come, whether the connection is closed or not: what lies between (a
  // forwarded port, a proxy) may keep it open.
  bool add(std::string_view bytes) {
    taken_ += bytes.size();
    if (state_ == HeadState::complete) {
      add_body(bytes);
    } else {
      head_bytes_ += bytes;
      size_t length = 0;
      state_ = parse_head(head_bytes_, head_, length);
      if (state_ == HeadState::complete) add_body(std::string_view(head_bytes_).substr(length));
    }
    return is_whole() || (state_ != HeadState::incomplete && state_ != HeadState::complete);
  }

  size_t taken() const { return taken_; }

  // After the last byte.
  base::Result<HttpAnswer> answer() && {
    if (state_ != HeadState::complete) return std::unexpected("the answer is not HTTP");
    const bool ends_by_close = !head_.chunked && !head_.content_length;
    if (!ends_by_close && !is_whole()) return std::unexpected("the answer is cut off");
    return HttpAnswer{.status = head_.status, .body = std::move(body_)};
  }

 private:
  void add_body(std::string_view bytes) {
    if (head_.chunked) {
      decoder_.feed(bytes, [&](std::string_view part) { body_ += part; });
    } else {
      body_ += bytes;
      if (head_.content_length && body_.size() > *head_.content_length)
        body_.resize(*head_.content_length);
    }
  }
  bool is_whole() const {
    if (state_ != HeadState::complete) return false;
    if (head_.chunked) return decoder_.complete();
    return head_.content_length && body_.size() == *head_.content_length;
  }

  HeadState state_ = HeadState::incomplete;
  std::string head_bytes_;
  ResponseHead head_;
  ChunkDecoder decoder_;
  std::string body_;
  size_t taken_ = 0;
};

base::Result<HttpAnswer> receive(const Socket& socket, size_t limit, Clock::time_point end) {
  Reader reader;
  char buffer[16384];
  while (true) {
    const ssize_t got = recv(socket.get(), buffer, sizeof buffer, 0);
    const bool is_done = got == 0 || (got > 0 && reader.add({buffer, static_cast<size_t>(got)}));
    if (reader.taken() > limit) return std::unexpected("the answer is too long");
    if (is_done) return std::move(reader).answer();
    if (got > 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return std::unexpected(std::strerror(errno));
    if (auto problem = wait_for(socket, POLLIN, end)) return std::unexpected(*problem);
  }
}

// HTTP/1.0: the server does not keep the connection open, and should not cut the body into chunks.
std::string request_text(std::string_view method, const Url& url, std::string_view target,
                         const GetOptions& options) {
  std::string text = std::string(method) + " " + url.path + std::string(target) +
                     " HTTP/1.0\r\nHost: " + url.authority() +
                     "\r\nUser-Agent: autosre\r\nAccept: application/json\r\n";
  for (const Header& header : options.headers) text += header.name + ": " + header.value + "\r\n";
  return text + "\r\n";
}

base::Result<HttpAnswer> exchange(const Url& url, std::string_view request,
                                  const GetOptions& options) {
  const auto end = Clock::now() + options.deadline;
  const auto socket = connect_to(url, end);
  if (!socket) return std::unexpected(socket.error());
  if (auto problem = send_all(*socket, request, end)) return std::unexpected(*problem);
  return receive(*socket, options.max_bytes, end);
}

}  // namespace

base::Result<HttpAnswer> parse_answer(std::string_view bytes) {
  Reader reader;
  reader.add(bytes);
  return std::move(reader).answer();
}

base::Result<HttpAnswer> blocking_get(const Url& url, std::string_view target,
                                      const GetOptions& options) {
  return exchange(url, request_text("GET", url, target, options), options);
}

base::Result<HttpAnswer> blocking_post(const Url& url, std::string_view target,
                                       std::string_view json, const GetOptions& options) {
  GetOptions with_body = options;
  with_body.headers.push_back({"Content-Type", "application/json"});
  with_body.headers.push_back({"Content-Length", std::to_string(json.size())});
  return exchange(url, request_text("POST", url, target, with_body) + std::string(json), options);
}

}  // namespace net
