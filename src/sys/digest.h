// SHA-256 of a file.
#pragma once

#include <filesystem>
#include <string>

namespace sys {

// 64 lower-case hex digits. Throws base::Error when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace sys
