#include "gateway/request_log.h"

#include <cerrno>
#include <ctime>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"
#include "protocol/json/text.h"

namespace gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds gather{100};
constexpr size_t most_kept = 256u << 10;  // bytes

std::tm utc(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  return parts;
}

std::string now_iso8601() {
  const auto now = std::chrono::system_clock::now();
  const std::tm parts = utc(std::chrono::system_clock::to_time_t(now));
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()) % 1000;
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"),
                     parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                     parts.tm_min, parts.tm_sec, milliseconds.count());
}

class Line {
 public:
  explicit Line(std::string& out) : out_(out) {}
  void text(std::string_view key, std::string_view value) {
    begin(key);
    if (value.empty()) {
      out_ += "null";
    } else {
      json::append_quoted(out_, value);
    }
  }
  template <class Number>
  void number(std::string_view key, Number value) {
    begin(key);
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE("{}"), value);
  }
  void finish() { out_ += "}\n"; }

 private:
  void begin(std::string_view key) {
    base::append(out_, std::exchange(is_first_, false) ? "{\"" : ",\"", key, "\":");
  }

  std::string& out_;
  bool is_first_ = true;
};

double rounded(double value) {
  return static_cast<double>(static_cast<int64_t>(value * 100)) / 100;
}

bool is_due(const struct stat& info) {
  constexpr std::time_t day = 86400;
  return info.st_mtime / day != std::time(nullptr) / day ||
         static_cast<uintmax_t>(info.st_size) >= RequestLog::max_file;
}

// Replaces no file, even where two are put aside within a second. Only who holds the lock of the
// file of this name comes here.
bool put_aside(const fs::path& file) {
  const std::tm stamp = utc(std::time(nullptr));
  const std::string kept =
      file.string() + fmt::format(".{:04}{:02}{:02}-{:02}{:02}{:02}", stamp.tm_year + 1900,
                                  stamp.tm_mon + 1, stamp.tm_mday, stamp.tm_hour, stamp.tm_min,
                                  stamp.tm_sec);
  std::string name = kept;
  std::error_code error;
  for (int i = 1; fs::exists(name, error); ++i) name = fmt::format("{}.{}", kept, i);
  fs::rename(file, name, error);
  return !error;
}

void remove_old(const fs::path& file) {
  std::error_code ignored;
  const std::string prefix = file.filename().string() + ".";
  const auto limit = fs::file_time_type::clock::now() - RequestLog::keep;
  for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path(), ignored)) {
    const bool ours = entry.path().filename().string().starts_with(prefix);
    if (ours && entry.last_write_time(ignored) < limit) fs::remove(entry.path(), ignored);
  }
}

// Opens the file and locks it; puts it aside and begins anew when that is due. Several processes
// write to one log: who has waited for the lock may hold a file that another has put aside.
int open_current(const fs::path& file) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    // Prompts may be in it: for the owner only, from the first byte.
    const int fd =
        ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return -1;
    struct stat opened{};
    struct stat named{};
    while (::flock(fd, LOCK_EX) != 0 && errno == EINTR) continue;
    const bool is_named = ::fstat(fd, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
                          opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
    if (is_named && (!is_due(opened) || !put_aside(file))) return fd;
    if (is_named) remove_old(file);
    ::close(fd);
  }
  return -1;
}

}  // namespace

void append_record(std::string& out, const RequestRecord& record, std::string_view time) {
  // From the first token on, which is therefore not counted.
  const double generating = (record.elapsed_ms - record.ttft_ms) / 1000;
  const bool measurable = record.ttft_ms > 0 && generating > 0 && record.output_tokens > 1;
  Line line(out);
  line.text("ts", time);
  line.text("client", record.client);
  line.text("model", record.model);
  line.text("run_id", record.run_id);
  line.text("session", record.session);
  line.text("agent", record.agent);
  line.text("class", record.request_class);
  line.text("request_id", record.request_id);
  line.number("priority", record.priority);
  line.number("stream", record.stream);
  line.number("input_tokens", record.input_tokens);
  line.number("cached_tokens", record.cached_tokens);
  line.number("output_tokens", record.output_tokens);
  line.number("ttft_ms", rounded(record.ttft_ms));
  line.number("elapsed_ms", rounded(record.elapsed_ms));
  line.number("tps", measurable
                         ? rounded(static_cast<double>(record.output_tokens - 1) / generating)
                         : 0.0);
  line.text("stop_reason", record.stop_reason);
  line.text("error", record.error);
  line.number("tools", record.tools);
  line.number("messages", record.messages);
  if (record.prefix_share >= 0) line.number("prefix_share", rounded(record.prefix_share));
  if (!record.prompt.empty()) line.text("prompt", record.prompt);
  line.finish();
}

RequestLog::RequestLog(fs::path file) : file_(std::move(file)) {
  if (!file_.empty()) thread_ = std::thread([this] { run(); });
}

RequestLog::~RequestLog() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RequestLog::add(const RequestRecord& record) {
  if (file_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (queued_ >= max_queued) {
      ++dropped_;
      return;
    }
    append_record(queue_, record, now_iso8601());
    if (++queued_ > 1) return;  // the thread is awake already
  }
  wake_.notify_one();
}

void RequestLog::run() {
  std::string lines;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || queued_ > 0; });
    // Many lines a write: waking up and opening the file costs more than a small request.
    wake_.wait_for(lock, gather, [this] { return stop_; });
    if (queued_ == 0) return;
    // The two strings take turns; only a flood's memory is given back.
    lines.swap(queue_);
    const size_t count = std::exchange(queued_, 0);
    lock.unlock();
    write(lines, count);
    lines.clear();
    if (lines.capacity() > most_kept) std::string().swap(lines);
    lock.lock();
  }
}

void RequestLog::write(std::string_view lines, size_t count) {
  std::error_code ignored;
  fs::create_directories(file_.parent_path(), ignored);
  const int fd = open_current(file_);
  while (fd >= 0 && !lines.empty()) {
    const ssize_t written = ::write(fd, lines.data(), lines.size());
    if (written <= 0) break;
    lines.remove_prefix(static_cast<size_t>(written));
  }
  if (!lines.empty()) dropped_ += count;
  if (fd >= 0) ::close(fd);
}

}  // namespace gateway
