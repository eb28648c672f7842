#include "gateway/request_log.h"

#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/folder.h"
#include "sys/poll_until.h"

namespace gateway {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing_support::Folder;

RequestRecord record() {
  return {.client = "claude",
          .model = "claude-local",
          .run_id = "r-1",
          .session = "s-1",
          .agent = "",
          .request_class = "main",
          .request_id = "req_1",
          .priority = 10,
          .stream = true,
          .input_tokens = 1000,
          .cached_tokens = 800,
          .output_tokens = 51,
          .ttft_ms = 1000,
          .elapsed_ms = 6000,
          .stop_reason = "end_turn",
          .error = "",
          .tools = 21,
          .messages = 4,
          .prompt = ""};
}

std::vector<Json> lines(const fs::path& file) {
  std::ifstream in(file);
  std::vector<Json> parsed;
  for (std::string line; std::getline(in, line);)
    parsed.push_back(Json::parse(line, nullptr, false));
  return parsed;
}

std::vector<std::string> names(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path().filename());
  std::ranges::sort(found);
  return found;
}

void write_one(const fs::path& file) {
  RequestLog log(file);
  log.add(record());
}

std::string line_of(const RequestRecord& record, std::string_view time) {
  std::string line;
  append_record(line, record, time);
  return line;
}

TEST(RequestRecord, HasNoSpeedOfASingleToken) {
  RequestRecord short_one = record();
  short_one.output_tokens = 1;
  short_one.ttft_ms = 5999.9;
  EXPECT_EQ(Json::parse(line_of(short_one, "t"))["tps"], 0.0);
}

TEST(RequestRecord, HasTheDocumentedFields) {
  const std::string line = line_of(record(), "2026-11-22T05:34:00Z");
  EXPECT_TRUE(line.ends_with("}\n"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const Json json = Json::parse(line);
  for (const char* field : {"ts", "client", "model", "run_id", "session", "priority", "stream",
                            "input_tokens", "cached_tokens", "output_tokens", "ttft_ms",
                            "elapsed_ms", "tps", "stop_reason", "error", "tools", "messages"})
    EXPECT_TRUE(json.contains(field)) << field;
  EXPECT_EQ(json["ts"], "2026-11-22T05:34:00Z");
  EXPECT_EQ(json["input_tokens"], 1000);
  EXPECT_EQ(json["stream"], true);
  EXPECT_EQ(json["tps"], 10.0);  // 50 more in the 5 s after the first
  EXPECT_EQ(json["error"], nullptr);
  EXPECT_FALSE(json.contains("prompt"));
  EXPECT_FALSE(json.contains("prefix_share"));
}

TEST(RequestRecord, HasThePromptOnlyWhenGiven) {
  RequestRecord with = record();
  with.prompt = "{\"messages\":\n[]}";
  with.prefix_share = 0.5;
  const Json json = Json::parse(line_of(with, "t"));
  EXPECT_EQ(json["prompt"], "{\"messages\":\n[]}");
  EXPECT_EQ(json["prefix_share"], 0.5);
}

TEST(RequestRecord, StaysOneLineOfJsonWhateverItsTexts) {
  RequestRecord odd = record();
  odd.session = "a\"b\\c\n\r\x01\xff";
  odd.error = "line\nline";
  const std::string line = line_of(odd, "t");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_FALSE(Json::parse(line, nullptr, false).is_discarded()) << line;
}

TEST(RequestRecord, DividesByNoZero) {
  RequestRecord at_once = record();
  at_once.ttft_ms = at_once.elapsed_ms;
  EXPECT_TRUE(Json::parse(line_of(at_once, "t"))["tps"].is_number());
  RequestRecord none = record();
  none.ttft_ms = 0;
  EXPECT_TRUE(Json::parse(line_of(none, "t"))["tps"].is_number());
}

TEST(RequestLog, WritesOneLineForEachRequest) {
  const Folder folder;
  {
    RequestLog log(folder / "log.jsonl");
    for (int i = 0; i < 100; ++i) log.add(record());
  }
  const std::vector<Json> written = lines(folder / "log.jsonl");
  ASSERT_EQ(written.size(), 100u);
  EXPECT_TRUE(std::regex_match(written[0]["ts"].get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)")));
}

TEST(RequestLog, AppendsToWhatIsThere) {
  const Folder folder;
  write_one(folder / "log.jsonl");
  write_one(folder / "log.jsonl");
  EXPECT_EQ(lines(folder / "log.jsonl").size(), 2u);
}

TEST(RequestLog, WritesNothingWithoutAFile) {
  RequestLog log{fs::path()};
  log.add(record());
  EXPECT_EQ(log.dropped(), 0u);
}

// E19
TEST(RequestLog, IsForItsOwnerOnly) {
  const Folder folder;
  const mode_t before = ::umask(0);
  write_one(folder / "new" / "log.jsonl");
  ::umask(before);
  struct stat info{};
  ASSERT_EQ(::stat((folder / "new" / "log.jsonl").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(RequestLog, FollowsNoLink) {
  const Folder folder;
  std::ofstream(folder / "precious") << "mine";
  fs::create_symlink(folder / "precious", folder / "log.jsonl");
  write_one(folder / "log.jsonl");
  std::ifstream in(folder / "precious");
  std::string content;
  std::getline(in, content);
  EXPECT_EQ(content, "mine");
}

TEST(RequestLog, BeginsAnewWhenTheFileIsLarge) {
  const Folder folder;
  std::ofstream(folder / "log.jsonl") << "old\n";
  fs::resize_file(folder / "log.jsonl", RequestLog::max_file);
  write_one(folder / "log.jsonl");
  EXPECT_EQ(lines(folder / "log.jsonl").size(), 1u);
  EXPECT_EQ(names(folder.path()).size(), 2u);
}

// The Anthropic and the Codex proxy write to one file.
TEST(RequestLog, LosesNoLineWhereTwoProcessesBeginAnew) {
  const Folder folder;
  const fs::path file = folder / "log.jsonl";
  constexpr int rounds = 40;
  constexpr int writers = 4;
  for (int round = 0; round < rounds; ++round) {
    std::ofstream(file, std::ios::app) << "";
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(25));
    std::vector<std::thread> threads;
    threads.reserve(writers);
    for (int i = 0; i < writers; ++i) threads.emplace_back([&] { write_one(file); });
    for (std::thread& thread : threads) thread.join();
  }
  size_t found = 0;
  for (const std::string& name : names(folder.path())) found += lines(folder / name).size();
  EXPECT_EQ(found, static_cast<size_t>(rounds * writers));
}

TEST(RequestLog, BeginsAnewOnANewDay) {
  const Folder folder;
  for (const auto age : {std::chrono::hours(25), std::chrono::hours(24 * 365)}) {
    std::ofstream(folder / "log.jsonl") << "old\n";
    fs::last_write_time(folder / "log.jsonl", fs::file_time_type::clock::now() - age);
    write_one(folder / "log.jsonl");
    EXPECT_EQ(lines(folder / "log.jsonl").size(), 1u) << age;
    fs::remove_all(folder.path());
    fs::create_directory(folder.path());
  }
}

TEST(RequestLog, KeepsOldFilesForDays) {
  const Folder folder;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& [name, age] :
       {std::pair("log.jsonl", 2), std::pair("log.jsonl.20260101-000000", 8),
        std::pair("log.jsonl.20260102-000000", 6), std::pair("other.jsonl", 30)}) {
    std::ofstream(folder / name) << "old\n";
    fs::last_write_time(folder / name, now - std::chrono::days(age));
  }
  write_one(folder / "log.jsonl");
  const std::vector<std::string> left = names(folder.path());
  ASSERT_EQ(left.size(), 4u);
  EXPECT_EQ(left[0], "log.jsonl");
  EXPECT_EQ(left[1], "log.jsonl.20260102-000000");
  EXPECT_EQ(left[3], "other.jsonl");
}

TEST(RequestLog, CountsWhatItCannotWrite) {
  const Folder folder;
  fs::create_directory(folder / "log.jsonl");
  RequestLog log(folder / "log.jsonl");
  log.add(record());
  log.add(record());
  EXPECT_TRUE(testing_support::poll_until([&] { return log.dropped() == 2; }));
}

// A pipe that nobody reads is the slowest of disks: opening it does not end.
TEST(RequestLog, NeverLetsARequestWaitForTheDisk) {
  const Folder folder;
  const std::string pipe = folder / "log.jsonl";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const size_t count = 3 * RequestLog::max_queued;
  size_t read = 0;
  uint64_t dropped = 0;
  std::thread reader;
  {
    RequestLog log(pipe);
    for (size_t i = 0; i < count; ++i) log.add(record());
    dropped = log.dropped();
    EXPECT_GE(dropped, RequestLog::max_queued);
    reader = std::thread([&] {
      const int fd = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
      char buffer[65536];
      const auto all_read = [&] {
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        for (ssize_t i = 0; i < got; ++i) read += buffer[i] == '\n' ? 1 : 0;
        return read + dropped == count;
      };
      testing_support::poll_until(all_read);
      ::close(fd);
    });
  }
  reader.join();
  EXPECT_EQ(read + dropped, count) << "a line is written or counted";
}

}  // namespace
}  // namespace gateway
