// `logs`: the ends of the stack's log files, and what is added to them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/state.h"

namespace stack {

constexpr std::array<std::string_view, 5> log_names = {"supervisor", "engine", "proxy",
                                                       "codex-proxy", "build"};

struct LogText {
  std::string name;
  std::string text;  // whole lines, but perhaps the last
};

// Reads several logs from their last `lines` lines on; what is added comes with later calls.
class LogReader {
 public:
  LogReader(const Files& files, const std::vector<std::string>& names);

  std::vector<LogText> last(int lines);
  std::vector<LogText> added();  // also after the file was emptied or made anew

 private:
  struct Log {
    std::string name;
    std::filesystem::path path;
    std::uintmax_t position = 0;
  };
  std::vector<Log> logs_;
};

}  // namespace stack
