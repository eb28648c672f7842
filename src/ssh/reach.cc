#include "ssh/reach.h"

#include "base/strings.h"
#include "sys/process.h"

namespace ssh {

base::Result<void> reach(const Target& target, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  sys::Spawn command;
  command.argv = command_line(target, {"true"});
  std::string last_line;
  const auto result = sys::run(
      command,
      [&](std::string_view line) {
        if (const std::string_view text = base::trim(line); !text.empty()) last_line = text;
      },
      [&] { return std::chrono::steady_clock::now() > end; });
  if (result.was_interrupted) return std::unexpected("no answer in time");
  if (result.ended.signal == 0 && result.ended.code == 0) return {};
  return std::unexpected(last_line.empty() ? sys::describe(result.ended) : last_line);
}

}  // namespace ssh
