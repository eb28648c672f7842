#include "mcp/browser/recording.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/clock.h"

namespace mcp::browser {
namespace {

namespace fs = std::filesystem;

constexpr int64_t least_between_frames = 80;  // ms
constexpr int64_t longest = 30 * 60'000;
constexpr size_t largest = 256u << 20;
constexpr std::string_view prefix = "autosre-";
constexpr std::string_view suffix = ".webm";

bool is_recording_name(std::string_view name) {
  return name.starts_with(prefix) && name.ends_with(suffix);
}

}  // namespace

Recording::Recording(const fs::path& folder, const std::string& session) {
  std::error_code error;
  if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
  std::string time = sys::now_utc();
  std::erase_if(time, [](char c) { return c == ':' || c == '-'; });
  path_ = folder / (std::string(prefix) + time + "-" + session + std::string(suffix));
  file_ = sys::Descriptor(
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_.is_open())
    throw base::Error("cannot record to \"" + path_.string() + "\"", std::strerror(errno));
  // Held while it is written: whoever prunes leaves it alone.
  ::flock(file_.get(), LOCK_EX | LOCK_NB);
}

Recording::~Recording() {
  finish();
}

int64_t Recording::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - first_).count();
}

void Recording::follow(const std::shared_ptr<Tab>& tab) {
  if (is_over() || tab_.lock() == tab) return;
  stop_following();
  tab_ = tab;
  tab->on_frame = [weak = weak_from_this()](json::Value frame) {
    if (const auto self = weak.lock()) self->take(frame);
  };
  const cdp::Params params{
      {"format", "jpeg"}, {"quality", 80}, {"maxWidth", 1280}, {"maxHeight", 1280}};
  tab->post("Page.startScreencast", params);
}

void Recording::stop_following() {
  const auto tab = tab_.lock();
  tab_.reset();
  if (tab == nullptr) return;
  tab->on_frame = nullptr;
  if (!tab->is_closed) tab->post("Page.stopScreencast");
}

void Recording::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_.reset();  // no room: it ends here
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

void Recording::take(json::Value frame) {
  if (const auto tab = tab_.lock()) {
    const cdp::Params params{{"sessionId", frame["sessionId"].integer().value_or(0)}};
    tab->post("Page.screencastFrameAck", params);
  }
  if (is_over()) return;
  const bool is_first = last_time_ < 0;
  if (is_first) first_ = Clock::now();
  const int64_t time = now();
  if (!is_first && time - last_time_ < least_between_frames) return;
  if (time > longest || webm_.size() > largest) {
    // finish() takes the tab's receiver away, which is running.
    const auto self = shared_from_this();
    if (const auto tab = tab_.lock()) tab->note("the recording has reached its limit and ended");
    boost::asio::post(tab_.lock()->connection().io(), [self] { self->finish(); });
    return;
  }
  const auto jpeg = base::decode_base64(frame["data"].string());
  if (!jpeg) return;
  const auto encoded = encoder_.encode(*jpeg, time);
  if (!encoded) return;
  if (is_first) append(webm_.begin(encoder_.width(), encoder_.height()));
  append(webm_.frame(encoded->bytes, time, encoded->is_key));
  last_time_ = time;
}

void Recording::finish() {
  stop_following();
  if (is_over()) return;
  if (last_time_ < 0) return discard();
  // What stood still at the end was seen as well.
  const int64_t end = std::max(now(), last_time_ + 1);
  if (const auto last = encoder_.repeat(end)) append(webm_.frame(last->bytes, end, last->is_key));
  const Webm::End tail = webm_.finish(end);
  append(tail.appended);
  for (const auto& [offset, bytes] : tail.patches) {
    [[maybe_unused]] const ssize_t count =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  }
  file_.reset();
}

void Recording::discard() {
  stop_following();
  file_.reset();
  ::unlink(path_.c_str());
}

Pruned prune_recordings(const fs::path& folder, std::chrono::milliseconds older_than,
                        bool dry_run) {
  Pruned result;
  const sys::Descriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!place.is_open()) return result;
  const auto limit = std::chrono::system_clock::now() - older_than;
  const time_t oldest_kept = std::chrono::system_clock::to_time_t(limit);
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (is_recording_name(entry->path().filename().string()))
      names.push_back(entry->path().filename().string());
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const sys::Descriptor file(
        ::openat(place.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info{};
    if (!file.is_open() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (info.st_mtime > oldest_kept || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      ++result.kept;
      continue;
    }
    if (!dry_run && ::unlinkat(place.get(), name.c_str(), 0) != 0) continue;
    result.removed.push_back(name);
    result.bytes += static_cast<uintmax_t>(info.st_size);
  }
  return result;
}

}  // namespace mcp::browser
