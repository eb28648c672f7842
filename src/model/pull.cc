#include "model/pull.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <poll.h>

#include "model/layout.h"
#include "sys/files.h"

namespace model {
namespace {

namespace fs = std::filesystem;

constexpr size_t workers = 4;
constexpr std::uintmax_t spare = 1ull << 30;  // what a download leaves free on the disk

bool is_there(const fs::path& file, std::uintmax_t bytes) {
  std::error_code error;
  return fs::file_size(file, error) == bytes && !error;
}

base::Error cannot_list(const std::string& model_id, const HubFailure& failure) {
  return base::Error(
      "cannot list the files of " + model_id, failure.why,
      failure.next.empty() ? "check the network, or set HF_ENDPOINT to another hub" : failure.next);
}

// Shared by the workers and the thread that waits for them.
class Crew {
 public:
  Crew(const Hub& hub, const std::vector<Job>& jobs) : hub_(hub), jobs_(jobs) {
    // The first failure ends the others, as Ctrl-C does.
    hub_.waits.interrupted = [this, asked = hub.waits.interrupted] {
      return has_failed_.load() || asked();
    };
  }

  std::int64_t received() const { return received_.load(); }
  bool is_done() const { return running_.load() == 0; }

  void start() {
    const size_t count = std::min(workers, jobs_.size());
    running_ = static_cast<int>(count);
    for (size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
  }

  // Throws what the first to fail has thrown.
  void end() {
    threads_.clear();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work() {
    try {
      for (size_t job = next_++; job < jobs_.size() && !has_failed_; job = next_++)
        download(hub_, jobs_[job], received_);
    } catch (...) {
      const std::lock_guard guard(mutex_);
      if (!has_failed_.exchange(true)) failure_ = std::current_exception();
    }
    --running_;
  }

  Hub hub_;
  const std::vector<Job>& jobs_;
  std::atomic<size_t> next_ = 0;
  std::atomic<int> running_ = 0;
  std::atomic<std::int64_t> received_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;  // last: they use all above
};

void make_snapshot(const PullPlan& plan) {
  const fs::path snapshot = plan.repository / "snapshots" / plan.commit;
  for (const RemoteFile& file : plan.files) {
    const fs::path link = snapshot / file.path;
    const fs::path target = link_to_blob(file.path, file.hash);
    std::error_code error;
    if (fs::read_symlink(link, error) == target && !error) continue;
    fs::create_directories(link.parent_path());
    const fs::path fresh = link.string() + ".new";
    fs::remove(fresh);
    fs::create_symlink(target, fresh);
    fs::rename(fresh, link);
  }
  sys::write_atomically(plan.repository / "refs" / "main", plan.commit);
}

}  // namespace

PullPlan plan_pull(const Hub& hub, const fs::path& cache, const std::string& model_id) {
  auto listing = list_files(hub, model_id);
  if (!listing) throw cannot_list(model_id, listing.error());
  PullPlan plan{.model_id = model_id,
                .repository = repository_folder(cache, model_id),
                .commit = listing->commit,
                .files = choose_files(listing->files),
                .jobs = {}};
  for (const RemoteFile& file : plan.files) {
    plan.bytes += file.bytes;
    const fs::path blob = plan.repository / "blobs" / file.hash;
    const bool is_known =
        std::ranges::any_of(plan.jobs, [&](const Job& job) { return job.file.hash == file.hash; });
    if (is_known || is_there(blob, file.bytes)) continue;
    plan.jobs.push_back({.file = file,
                         .address = address_of_file(hub, model_id, plan.commit, file.path),
                         .blob = blob,
                         .lock = lock_folder(cache, model_id) / (file.hash + ".lock")});
    plan.missing += file.bytes - bytes_begun(plan.jobs.back());
  }
  std::ranges::sort(plan.jobs, std::greater(), [](const Job& job) { return job.file.bytes; });
  return plan;
}

void require_space(const PullPlan& plan) {
  fs::path folder = plan.repository;
  std::error_code error;
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const fs::space_info space = fs::space(folder, error);
  if (error || plan.missing == 0 || space.available >= plan.missing + spare) return;
  throw base::Error(fmt::format("not enough space for {}", plan.model_id),
                    fmt::format("{:.1f} GB are to come, and {:.1f} GB are free at {}",
                                static_cast<double>(plan.missing) / 1e9,
                                static_cast<double>(space.available) / 1e9, folder.string()),
                    "free some, or name another folder with --cache");
}

std::string render_rate(std::uintmax_t done, std::uintmax_t all, double bytes_per_second) {
  const bool is_small = all < 1'000'000'000;
  const double unit = is_small ? 1e6 : 1e9;
  return fmt::format("{:.1f} of {:.1f} {}, {:.1f} MB/s", static_cast<double>(done) / unit,
                     static_cast<double>(all) / unit, is_small ? "MB" : "GB",
                     bytes_per_second / 1e6);
}

void pull(const Hub& hub, const PullPlan& plan, const OnProgress& on_progress) {
  const auto begin = std::chrono::steady_clock::now();
  Crew crew(hub, plan.jobs);
  crew.start();
  const auto report = [&] {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    const auto came = static_cast<double>(std::max<std::int64_t>(crew.received(), 0));
    const double before = static_cast<double>(plan.bytes - plan.missing);
    const double done = std::min(before + came, static_cast<double>(plan.bytes));
    on_progress(render_rate(static_cast<std::uintmax_t>(done), plan.bytes,
                            came / std::max(passed.count(), 0.001)),
                plan.bytes == 0 ? 1 : done / static_cast<double>(plan.bytes));
  };
  while (!crew.is_done()) {
    poll(nullptr, 0, 100);
    report();
  }
  crew.end();
  make_snapshot(plan);
}

}  // namespace model
