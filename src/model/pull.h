// `models pull`: what is missing of a model's files, and fetching it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/download.h"
#include "model/hub.h"

namespace model {

struct PullPlan {
  std::string model_id;
  std::filesystem::path repository;
  std::string commit;
  std::vector<RemoteFile> files;  // all that belong to the snapshot
  std::vector<Job> jobs;          // those that are missing, the biggest first
  std::uintmax_t bytes = 0;       // of all files
  std::uintmax_t missing = 0;     // of what is to come
};

// Asks the hub. Throws base::Error when it does not answer or refuses.
PullPlan plan_pull(const Hub& hub, const std::filesystem::path& cache, const std::string& model_id);

// Throws base::Error when what is missing does not fit on the disk.
void require_space(const PullPlan& plan);

using OnProgress = std::function<void(std::string_view text, double fraction)>;

// Fetches several files at once, then makes the snapshot and lets refs/main name it. What was
// fetched stays when it is interrupted (Interrupted is thrown) or fails.
void pull(const Hub& hub, const PullPlan& plan, const OnProgress& on_progress);

// "1.5 of 22.1 GB, 98 MB/s". Pure.
std::string render_rate(std::uintmax_t done, std::uintmax_t all, double bytes_per_second);

}  // namespace model
