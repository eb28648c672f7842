// data/proxy-requests.jsonl: one line per proxied request, of all proxies. A thread of its own
// writes; a full queue drops the line and counts it, so that a request never waits for the disk.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace gateway {

struct RequestRecord {
  std::string client;  // "claude", "codex"
  std::string model;
  std::string run_id;
  std::string session;
  std::string agent;
  std::string request_class;
  std::string request_id;
  int priority = 0;
  bool stream = false;
  int64_t input_tokens = 0;  // the whole prompt
  int64_t cached_tokens = 0;
  int64_t output_tokens = 0;
  double ttft_ms = 0;  // 0: no token came
  double elapsed_ms = 0;
  std::string stop_reason;
  std::string error;
  size_t tools = 0;
  size_t messages = 0;
  double prefix_share = -1;  // of the session's last prompt; below 0: no earlier prompt
  std::string prompt;        // only with --log-prompts
};

// One line. `time` is a UTC timestamp as ISO 8601 has it.
void append_record(std::string& out, const RequestRecord& record, std::string_view time);

class RequestLog {
 public:
  static constexpr size_t max_queued = 4096;
  static constexpr uintmax_t max_file = 100u << 20;
  static constexpr std::chrono::days keep{7};

  explicit RequestLog(std::filesystem::path file);  // empty: writes nothing
  ~RequestLog();                                    // writes what is queued
  void add(const RequestRecord& record);
  uint64_t dropped() const { return dropped_; }

 private:
  void run();
  void write(std::string_view lines, size_t count);

  std::filesystem::path file_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string queue_;  // lines
  size_t queued_ = 0;  // how many
  bool stop_ = false;
  std::atomic<uint64_t> dropped_ = 0;
  std::thread thread_;
};

}  // namespace gateway
