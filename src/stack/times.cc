#include "stack/times.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "sys/files.h"

namespace stack {
namespace {

nlohmann::json load(const std::filesystem::path& file) {
  auto times = nlohmann::json::parse(sys::read_file(file).value_or("{}"), nullptr, false);
  return times.is_object() ? times : nlohmann::json::object();
}

}  // namespace

void record_time(const std::filesystem::path& file, const std::string& phase, double seconds) {
  try {
    nlohmann::json times = load(file);
    times[phase] = std::round(seconds * 10) / 10;
    sys::write_atomically(file, times.dump(2) + "\n");
  } catch (const base::Error&) {
  }
}

std::optional<double> last_time(const std::filesystem::path& file, const std::string& phase) {
  try {
    const nlohmann::json times = load(file);
    const auto found = times.find(phase);
    if (found == times.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace stack
