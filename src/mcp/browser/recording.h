// What a session shows, as a .webm file that only its owner can read; and the removal of old ones.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mcp/browser/tab.h"
#include "mcp/browser/vp8.h"
#include "mcp/browser/webm.h"
#include "sys/descriptor.h"

namespace mcp::browser {

class Recording : public std::enable_shared_from_this<Recording> {
 public:
  // Makes the file. Throws base::Error.
  Recording(const std::filesystem::path& folder, const std::string& session);
  // Ends as finish() does.
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // Records this tab from now on.
  void follow(const std::shared_ptr<Tab>& tab);
  // Writes the end; the file stays. A file without a picture goes.
  void finish();
  // Removes the file.
  void discard();
  const std::filesystem::path& path() const { return path_; }
  bool is_over() const { return !file_.is_open(); }

 private:
  void take(json::Value frame);
  void stop_following();
  void append(std::string_view bytes);
  int64_t now() const;

  std::filesystem::path path_;
  sys::Descriptor file_;
  std::weak_ptr<Tab> tab_;
  Vp8 encoder_;
  Webm webm_;
  Clock::time_point first_;
  int64_t last_time_ = -1;
};

struct Pruned {
  std::vector<std::string> removed;
  uintmax_t bytes = 0;
  size_t kept = 0;
};

// Recordings in the folder that are older, and that nobody writes; nothing else, and nothing that a
// link names. `dry_run` only says which.
Pruned prune_recordings(const std::filesystem::path& folder, std::chrono::milliseconds older_than,
                        bool dry_run);

}  // namespace mcp::browser
