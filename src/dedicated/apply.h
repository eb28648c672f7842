// Does the steps of a plan. The journal is on the disk before the first of them touches anything.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "dedicated/plan.h"

namespace dedicated {

// The seam to the cluster, systemd and containers. All throw base::Error.
class World {
 public:
  virtual ~World() = default;
  virtual std::optional<int> copies(const Share& share) = 0;  // absent: there is no such thing
  virtual void stop(const Share& share) = 0;
  virtual void start(const Share& share, int copies) = 0;
  // The engine by that recipe and what is raised, until it answers.
  virtual void deploy(const std::string& recipe, const Raised& raised) = 0;
  virtual void scale_engine(int copies) = 0;
  virtual std::string deployed_recipe() = 0;  // empty: none
  virtual int engine_copies() = 0;
};

Seen look(World& world, const Config& config, const std::optional<Journal>& journal);

// Throws base::Error when the file is there and cannot be understood: what ran before would be
// lost.
std::optional<Journal> load_journal(const std::filesystem::path& file);

void apply(const Plan& plan, World& world, const std::filesystem::path& journal_file,
           const std::function<void(std::string_view)>& on_step);

}  // namespace dedicated
