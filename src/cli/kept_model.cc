#include "cli/kept_model.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "sys/files.h"

namespace cli {

using Json = nlohmann::json;

gateway::ServedModel read_kept_model(const std::filesystem::path& file) {
  try {
    const Json json = Json::parse(sys::read_file(file).value_or("null"));
    if (json.is_null()) return {};
    const Json& window = json.at("window");
    if (!window.is_number_integer() || window.get<int64_t>() < 0) return {};
    return {.id = json.at("model"), .window = window, .vision = json.at("vision")};
  } catch (const Json::exception&) {
    return {};
  } catch (const base::Error& error) {
    spdlog::warn("{}: {}", error.what(), error.why());
    return {};
  }
}

void keep_model(const std::filesystem::path& file, const gateway::ServedModel& model) {
  if (read_kept_model(file) == model) return;
  const Json json = {{"model", model.id}, {"window", model.window}, {"vision", model.vision}};
  try {
    sys::write_atomically(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
                          0600);
  } catch (const base::Error& error) {
    spdlog::warn("{}: {}", error.what(), error.why());
  }
}

}  // namespace cli
