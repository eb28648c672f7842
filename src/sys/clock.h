// The time of day as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sys {

// Now as ISO 8601 in UTC with seconds: "2026-11-22T05:34:00Z".
std::string now_utc();

// Seconds since then; nullopt when the text is not of that form.
std::optional<long long> seconds_since(std::string_view utc);

}  // namespace sys
