#include "agent/run_id.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <sys/random.h>

#include "base/error.h"

namespace agent {

std::string new_run_id() {
  std::array<std::uint8_t, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw base::Error("cannot get random bytes", std::strerror(errno));
  bytes[6] = (bytes[6] & 0x0F) | 0x40;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

std::string run_id_of(const config::Environment& environment) {
  const auto found = environment.find("AUTOSRE_RUN_ID");
  if (found == environment.end() || found->second.empty()) return new_run_id();
  const std::string& own = found->second;
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (own.size() > 100 || own.starts_with('.') || own.find_first_not_of(allowed) != own.npos)
    throw base::Error("AUTOSRE_RUN_ID is not usable",
                      "'" + own +
                          "' holds other than letters, digits, "
                          "'-', '_' and '.', or is too long",
                      "unset it for a new one", base::Exit::usage);
  return own;
}

}  // namespace agent
