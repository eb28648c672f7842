#include "ssh/command.h"

namespace ssh {

std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::vector<std::string> command_line(const Target& target, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"ssh",
                                   "-o",
                                   "BatchMode=yes",
                                   "-o",
                                   "ConnectTimeout=5",
                                   "-o",
                                   "StrictHostKeyChecking=accept-new"};
  if (!target.config.empty()) argv.insert(argv.end(), {"-F", target.config});
  if (!target.key.empty()) argv.insert(argv.end(), {"-i", target.key, "-o", "IdentitiesOnly=yes"});
  argv.insert(argv.end(), {"-l", target.user, "--", target.host});
  std::string remote;
  for (const std::string& word : words) remote += (remote.empty() ? "" : " ") + quote(word);
  if (!remote.empty()) argv.push_back(remote);
  return argv;
}

}  // namespace ssh
