#include "model/download.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/strings.h"
#include "model/digest.h"
#include "sys/files.h"

namespace model {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int most_tries = 6;  // in a row without a single byte
constexpr milliseconds first_pause{500};
constexpr milliseconds longest_pause{15'000};

base::Error cannot_write(const fs::path& file, int number) {
  const bool is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return base::Error("cannot write \"" + file.string() + "\"", std::strerror(number),
                     is_full ? "free space and run it again: it goes on where it stopped"
                             : "check the folder's permissions");
}

// The begun file: what it holds is hashed once, what comes is written behind it.
class Part {
 public:
  Part(const RemoteFile& file, const fs::path& path) : file_(file), path_(path), digest_(fresh()) {
    descriptor_ = sys::Descriptor(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!descriptor_.is_open()) throw cannot_write(path, errno);
    std::vector<char> buffer(1u << 20);
    while (true) {
      const ssize_t got = ::read(descriptor_.get(), buffer.data(), buffer.size());
      if (got < 0) throw base::Error("cannot read \"" + path.string() + "\"", std::strerror(errno));
      if (got == 0) break;
      digest_.add({buffer.data(), static_cast<size_t>(got)});
      bytes_ += static_cast<std::uintmax_t>(got);
    }
    if (bytes_ > file.bytes) clear();  // of something else
  }

  std::uintmax_t bytes() const { return bytes_; }
  bool is_full() const { return bytes_ == file_.bytes; }

  void clear() {
    if (ftruncate(descriptor_.get(), 0) != 0 || lseek(descriptor_.get(), 0, SEEK_SET) != 0)
      throw cannot_write(path_, errno);
    digest_ = fresh();
    bytes_ = 0;
  }

  void append(std::string_view bytes) {
    digest_.add(bytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) throw cannot_write(path_, errno);
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
  }

  // Whether it is what the hub says it is; the part is then over.
  bool is_right() { return digest_.hex() == file_.hash; }

  void sync() {
    if (fsync(descriptor_.get()) != 0) throw cannot_write(path_, errno);
  }

 private:
  Digest fresh() const { return file_.is_large ? Digest::sha256() : Digest::git_blob(file_.bytes); }

  const RemoteFile& file_;
  fs::path path_;
  Digest digest_;
  sys::Descriptor descriptor_;
  std::uintmax_t bytes_ = 0;
};

// "bytes 100-199/200" -> 100.
std::optional<std::uintmax_t> first_byte(std::string_view range) {
  if (!range.starts_with("bytes ")) return std::nullopt;
  range = range.substr(6);
  const auto number = base::parse_number(range.substr(0, range.find('-')));
  if (!number) return std::nullopt;
  return static_cast<std::uintmax_t>(*number);
}

void pause(const Hub& hub, milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  while (std::chrono::steady_clock::now() < end) {
    if (hub.waits.interrupted()) throw Interrupted{};
    poll(nullptr, 0, 100);
  }
}

HubResult<void> receive(const Hub& hub, const Job& job, Part& part,
                        std::atomic<std::int64_t>& received) {
  bool is_body = true;
  const auto start_over = [&] {
    received -= static_cast<std::int64_t>(part.bytes());
    part.clear();
  };
  const Sink sink = {
      .on_head = [&](const net::ResponseHead& head) -> HubResult<void> {
        is_body = head.status != 416;
        const bool goes_on =
            head.status == 206 && first_byte(head.get("content-range")) == part.bytes();
        if (!goes_on && part.bytes() > 0) start_over();
        if (head.status == 206 && !goes_on)
          return std::unexpected(HubFailure{.why = "it sends another part than was asked for"});
        return {};
      },
      .on_body = [&](std::string_view bytes) -> HubResult<void> {
        if (!is_body) return {};
        const auto room = job.file.bytes - part.bytes();
        if (bytes.size() > room)
          return std::unexpected(HubFailure{.kind = HubFailure::Kind::final,
                                            .why = "it sends more than the file's size"});
        part.append(bytes);
        received += static_cast<std::int64_t>(bytes.size());
        return {};
      }};
  return get(hub, job.address, part.bytes(), sink);
}

base::Error failed(const Job& job, const HubFailure& failure) {
  const std::string next =
      failure.next.empty() ? "run it again: it goes on where it stopped" : failure.next;
  return base::Error("cannot download " + job.file.path, failure.why, next);
}

// Until the part is full.
void fill(const Hub& hub, const Job& job, Part& part, std::atomic<std::int64_t>& received) {
  int tries = 0;
  while (!part.is_full()) {
    const std::uintmax_t before = part.bytes();
    const auto got = receive(hub, job, part, received);
    if (got && part.is_full()) return;
    const HubFailure failure = got ? HubFailure{.why = "the file ended too early"} : got.error();
    tries = part.bytes() > before ? 1 : tries + 1;
    if (failure.kind == HubFailure::Kind::final || tries >= most_tries) throw failed(job, failure);
    pause(hub, std::max(failure.pause, std::min(longest_pause, first_pause * (1 << (tries - 1)))));
  }
}

}  // namespace

fs::path incomplete(const fs::path& blob) {
  return blob.string() + ".incomplete";
}

std::uintmax_t bytes_begun(const Job& job) {
  std::error_code error;
  const auto size = fs::file_size(incomplete(job.blob), error);
  return error || size > job.file.bytes ? 0 : size;
}

void download(const Hub& hub, const Job& job, std::atomic<std::int64_t>& received) {
  const auto lock = sys::FileLock::try_lock(job.lock);
  if (!lock)
    throw base::Error("cannot download " + job.file.path, "another program is downloading it",
                      "wait for it to end", base::Exit::held);
  std::error_code error;
  fs::create_directories(job.blob.parent_path(), error);
  if (error) throw cannot_write(job.blob.parent_path(), error.value());
  const fs::path begun = incomplete(job.blob);
  // A second time from the start, when what was begun earlier does not fit what came.
  for (int round = 0; round < 2; ++round) {
    Part part(job.file, begun);
    fill(hub, job, part, received);
    part.sync();
    if (part.is_right()) {
      fs::rename(begun, job.blob, error);
      if (error) throw cannot_write(job.blob, error.value());
      return;
    }
    received -= static_cast<std::int64_t>(part.bytes());
    fs::remove(begun, error);
  }
  throw base::Error(job.file.path + " is not what the hub says it is",
                    "its hash differs from " + job.file.hash, "try again later, or another hub");
}

}  // namespace model
