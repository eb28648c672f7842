// SHA-256 of a file or of bytes: 64 lower-case hex digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sys {

std::string sha256_of(std::string_view bytes);

// Throws base::Error when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace sys
