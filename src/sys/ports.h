// TCP ports of the loopback interface: free or taken, and by whom.
#pragma once

#include <optional>
#include <string>

namespace sys {

struct PortOwner {
  int pid = 0;
  std::string name;  // as /proc/PID/comm has it
};

// Whether a server could listen on 127.0.0.1:port now.
bool is_port_free(int port);

// Who listens on the port; nullopt when nobody does or it is not ours to see (another user's
// process).
std::optional<PortOwner> listener_of(int port);

}  // namespace sys
