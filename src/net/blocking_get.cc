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

base::Result<std::string> receive_all(const Socket& socket, size_t limit, Clock::time_point end) {
  std::string bytes;
  char buffer[16384];
  while (true) {
    const ssize_t got = recv(socket.get(), buffer, sizeof buffer, 0);
    if (got == 0) return bytes;
    if (got > 0) bytes.append(buffer, static_cast<size_t>(got));
    if (bytes.size() > limit) return std::unexpected("the answer is too long");
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
  const auto bytes = receive_all(*socket, options.max_bytes, end);
  if (!bytes) return std::unexpected(bytes.error());
  return parse_answer(*bytes);
}

}  // namespace

base::Result<HttpAnswer> parse_answer(std::string_view bytes) {
  ResponseHead head;
  size_t length = 0;
  if (parse_head(bytes, head, length) != HeadState::complete)
    return std::unexpected("the answer is not HTTP");
  const std::string_view body = bytes.substr(length);
  HttpAnswer answer{.status = head.status, .body = {}};
  ChunkDecoder decoder;
  if (head.chunked) decoder.feed(body, [&](std::string_view part) { answer.body += part; });
  if (!head.chunked) answer.body = body.substr(0, head.content_length.value_or(body.size()));
  const bool is_whole =
      head.chunked ? decoder.complete() : body.size() >= head.content_length.value_or(0);
  if (!is_whole) return std::unexpected("the answer is cut off");
  return answer;
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
