#include "sys/ports.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/strings.h"
#include "sys/descriptor.h"
#include "sys/files.h"

namespace sys {
namespace {

namespace fs = std::filesystem;

// "socket:[INODE]" of each socket that listens on the port, from a table such as /proc/net/tcp:
//   sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
void add_listeners(const fs::path& table, int port, std::set<std::string>& sockets) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    const size_t colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;  // 0A: TCP_LISTEN
    if (std::stoi(local.substr(colon + 1), nullptr, 16) == port)
      sockets.insert("socket:[" + inode + "]");
  }
}

bool has_any(const fs::path& descriptors, const std::set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator it(descriptors, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code unreadable;
    if (sockets.contains(fs::read_symlink(it->path(), unreadable).string())) return true;
  }
  return false;
}

}  // namespace

bool is_port_free(int port) {
  const Descriptor probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int reuse = 1;  // connections of a server that has just ended do not count
  setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // bind() alone succeeds beside another reusing socket; listen() does not.
  return bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         listen(probe.get(), 1) == 0;
}

std::optional<PortOwner> listener_of(int port) {
  std::set<std::string> sockets;
  add_listeners("/proc/net/tcp", port, sockets);
  add_listeners("/proc/net/tcp6", port, sockets);
  if (sockets.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const auto pid = base::parse_number(it->path().filename().string());
    if (!pid || !has_any(it->path() / "fd", sockets)) continue;
    const std::string name = read_file(it->path() / "comm").value_or("");
    return PortOwner{.pid = static_cast<int>(*pid), .name = std::string(base::trim(name))};
  }
  return std::nullopt;
}

}  // namespace sys
