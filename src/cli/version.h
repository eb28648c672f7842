// What this program is, what it was built with and what it was tried against.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

// The newest agents whose behaviour was tested; others are expected to work.
constexpr std::string_view tested_claude_version = "2.1.330";
constexpr std::string_view tested_codex_version = "0.169.0";

std::string_view version();
std::string compiler();
std::vector<std::pair<std::string, std::string>> libraries();  // name, version

}  // namespace cli
