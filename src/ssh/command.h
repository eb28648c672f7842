// The command line of OpenSSH's client. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssh {

struct Target {
  std::string user;
  std::string host;         // an address
  std::string key = {};     // a file; empty: the client's own choice
  std::string config = {};  // a configuration file of the client's; empty: the user's own
};

// Asks nothing, gives up on a host after five seconds, and takes the key of one that it has never
// seen. The words reach the other side's shell quoted, so that they stay the words that they are.
std::vector<std::string> command_line(const Target& target, const std::vector<std::string>& words);

// 'text' for a POSIX shell.
std::string quote(std::string_view text);

}  // namespace ssh
