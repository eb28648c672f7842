#include "cli/version.h"

#include <CLI/Version.hpp>
#include <archive.h>
#include <boost/version.hpp>
#include <fmt/format.h>
#include <nlohmann/json_fwd.hpp>
#include <openssl/base.h>

namespace cli {

std::string_view version() {
  return AUTOSRE_VERSION;
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::vector<std::pair<std::string, std::string>> libraries() {
  return {{"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                                BOOST_VERSION % 100)},
          {"boringssl", fmt::format("API {}", BORINGSSL_API_VERSION)},
          {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                        NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100)},
          {"cli11", CLI11_VERSION},
          {"libarchive", ARCHIVE_VERSION_ONLY_STRING}};
}

}  // namespace cli
