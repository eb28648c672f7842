// Does the steps of a plan, one after the other.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "k3s/plan.h"
#include "k3s/runner.h"

namespace k3s {

// The chart and its values as helm wants them.
struct ChartFiles {
  std::filesystem::path chart;
  std::filesystem::path values;
  std::function<void()> import_image = {};  // what a step of that kind does
};

// Hands out each step's text before it is done. An interruption is taken between the steps only:
// Interrupted is thrown with the cluster as the steps done so far have left it.
void apply(const Plan& plan, const Target& target, const ChartFiles& files, Runner& runner,
           const std::function<void(std::string_view)>& on_step);

// Puts back what helm keeps of a change by hand: it merges, and so an entry that was added to a
// list stays. Returns the names of the objects.
std::vector<std::string> restore(const Desired& desired, Runner& runner);

// What helm makes of the chart. Throws base::Error with helm's words, e.g. the schema's.
std::vector<Json> render(const Target& target, const ChartFiles& files, const std::string& version,
                         bool has_monitoring, Runner& runner);
std::string render_text(const Target& target, const ChartFiles& files, const std::string& version,
                        bool has_monitoring, Runner& runner);

}  // namespace k3s
