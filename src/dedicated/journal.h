// What ran before the model got the GPU to itself: written before anything is stopped, gone when
// all runs again. Pure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/paths.h"
#include "dedicated/config.h"

namespace dedicated {

struct Before {
  Share share;
  int copies = 0;  // replicas of a deployment, else 1 or 0

  bool operator==(const Before&) const = default;
};

struct Journal {
  enum class Phase { turning_on, on, turning_off };

  Phase phase = Phase::turning_on;
  std::vector<Before> shares;
  std::string recipe;  // that is deployed, its key
  int engine = 0;      // replicas of the engine before
  Raised raised;       // what it has got

  bool operator==(const Journal&) const = default;
};
std::string_view name_of(Journal::Phase phase);

std::filesystem::path journal_file(const config::Paths& paths);

std::string encode(const Journal& journal);
base::Result<Journal> decode_journal(std::string_view text);

}  // namespace dedicated
