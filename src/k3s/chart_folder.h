// The chart, which the program carries, as a folder that helm can read.
#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "config/paths.h"

namespace k3s {

// A new folder in the cache for one command; it goes with the object.
class ChartFolder {
 public:
  ChartFolder(const config::Paths& paths, const nlohmann::ordered_json& values);
  ~ChartFolder();
  ChartFolder(const ChartFolder&) = delete;
  ChartFolder& operator=(const ChartFolder&) = delete;

  std::filesystem::path chart() const { return folder_ / "autosre"; }
  std::filesystem::path values() const { return folder_ / "values.json"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace k3s
