#include "sys/clock.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>

namespace sys {

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::optional<long long> seconds_since(std::string_view utc) {
  std::tm parts{};
  const std::string text(utc);
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::max<long long>(0, std::time(nullptr) - timegm(&parts));
}

}  // namespace sys
