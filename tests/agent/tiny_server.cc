#include "agent/tiny_server.h"

#include <array>
#include <stdexcept>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strings.h"

namespace testing_support {
namespace {

size_t length_of_body(const std::string& head) {
  for (const std::string_view line : base::split(head, '\n')) {
    const size_t colon = line.find(':');
    if (colon == line.npos || !base::equals_ignoring_case(line.substr(0, colon), "content-length"))
      continue;
    return static_cast<size_t>(base::parse_number(base::trim(line.substr(colon + 1))).value_or(0));
  }
  return 0;
}

}  // namespace

TinyServer::TinyServer(std::map<std::string, Reply> replies)
    : replies_(std::move(replies)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  std::array<int, 2> ends{};
  if (bind(listener_.get(), generic, size) != 0 || listen(listener_.get(), 16) != 0 ||
      getsockname(listener_.get(), generic, &size) != 0 || pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no server");
  port_ = ntohs(address.sin_port);
  wake_read_ = sys::Descriptor(ends[0]);
  wake_write_ = sys::Descriptor(ends[1]);
  thread_ = std::thread([this] { serve(); });
}

TinyServer::~TinyServer() {
  wake_write_.reset();
  thread_.join();
}

std::string TinyServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<Asked> TinyServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void TinyServer::serve() {
  while (true) {
    std::array<pollfd, 2> entries = {pollfd{listener_.get(), POLLIN, 0},
                                     pollfd{wake_read_.get(), POLLIN, 0}};
    poll(entries.data(), entries.size(), -1);
    if (entries[1].revents != 0) return;
    const sys::Descriptor connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.is_open()) answer(connection.get());
  }
}

void TinyServer::answer(int connection) {
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string bytes;
  std::array<char, 8192> buffer{};
  size_t head = std::string::npos;
  while (head == std::string::npos ||
         bytes.size() < head + 4 + length_of_body(bytes.substr(0, head))) {
    const ssize_t got = recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    bytes.append(buffer.data(), static_cast<size_t>(got));
    head = bytes.find("\r\n\r\n");
  }
  const auto words = base::split(std::string_view(bytes).substr(0, bytes.find('\r')), ' ');
  const std::string target(words.size() > 1 ? words[1] : "");
  const auto found = replies_.find(target.substr(0, target.find('?')));
  const Reply reply = found == replies_.end() ? Reply{.status = 404, .body = "{}"} : found->second;
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(
        {std::string(words[0]), target, bytes.substr(0, head), bytes.substr(head + 4)});
  }
  const std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                           " X\r\nContent-Type: " + reply.type +
                           "\r\nContent-Length: " + std::to_string(reply.body.size()) +
                           "\r\nConnection: close\r\n\r\n" + reply.body;
  send(connection, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace testing_support
