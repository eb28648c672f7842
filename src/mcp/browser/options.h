// What the operator has set, from the environment.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "cdp/remote_browser.h"
#include "config/paths.h"

namespace mcp::browser {

struct Options {
  // A browser that others run; unset: one of our own, or the cluster's where there is none.
  std::optional<cdp::RemoteAddress> remote;
  std::string token;                                         // AUTOSRE_BROWSER_TOKEN
  std::string allowed;                                       // AUTOSRE_FETCH_ALLOW
  std::chrono::milliseconds idle{600'000};                   // AUTOSRE_BROWSER_IDLE, seconds
  std::chrono::milliseconds recordings_kept{24 * 3600'000};  // AUTOSRE_BROWSER_RECORDING_TTL
  std::string search;                                        // AUTOSRE_SEARCH_DUCKDUCKGO_URL
  std::filesystem::path profiles;
  std::filesystem::path output;  // PDF files
  std::filesystem::path
      recordings;  // AUTOSRE_BROWSER_RECORDINGS, else /recordings where it is there
  std::filesystem::path downloads;  // AUTOSRE_BROWSER_DOWNLOADS; empty: refused
  std::filesystem::path uploads;    // AUTOSRE_BROWSER_UPLOADS; empty: refused
};

// "24h", "90m", "3600s", "3600". The error says what is wrong.
base::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// Throws base::Error (usage) that names the variable.
Options options_from(const config::Environment& environment);

// The browser of the cluster, as the chart places it.
constexpr const char* cluster_browser = "http://10.96.0.33:3010";

}  // namespace mcp::browser
