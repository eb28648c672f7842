#include "stack/logs.h"

#include <fstream>
#include <system_error>

#include "sys/files.h"

namespace stack {
namespace {

std::uintmax_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

std::string read_from(const std::filesystem::path& path, std::uintmax_t begin, std::uintmax_t end) {
  std::ifstream file(path, std::ios::binary);
  std::string text(end - begin, '\0');
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

LogReader::LogReader(const Files& files, const std::vector<std::string>& names) {
  for (const std::string& name : names) logs_.push_back({name, files.log_of(name)});
}

std::vector<LogText> LogReader::last(int lines) {
  std::vector<LogText> texts;
  for (Log& log : logs_) {
    log.position = size_of(log.path);
    std::string text = sys::last_lines(log.path, lines);
    if (!text.empty()) texts.push_back({log.name, std::move(text)});
  }
  return texts;
}

std::vector<LogText> LogReader::added() {
  std::vector<LogText> texts;
  for (Log& log : logs_) {
    const std::uintmax_t size = size_of(log.path);
    if (size < log.position) log.position = 0;
    if (size == log.position) continue;
    texts.push_back({log.name, read_from(log.path, log.position, size)});
    log.position = size;
  }
  return texts;
}

}  // namespace stack
