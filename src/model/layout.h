// Where weights lie below a cache folder, in Hugging Face's layout:
//   hub/models--ORG--NAME/{blobs/HASH, snapshots/COMMIT/FILE -> ../../blobs/HASH, refs/main}
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace model {

// `model_id` is ORG/NAME, as a recipe has checked it. Pure.
std::filesystem::path repository_folder(const std::filesystem::path& cache,
                                        std::string_view model_id);
std::filesystem::path lock_folder(const std::filesystem::path& cache, std::string_view model_id);

// How a snapshot's file names its blob: "../../blobs/HASH", one step up more for each folder of
// its path. Pure.
std::filesystem::path link_to_blob(std::string_view file, std::string_view hash);

struct Presence {
  enum class Kind { absent, partial, complete };

  Kind kind = Kind::absent;
  std::string commit;        // of refs/main; empty: there is none
  std::string missing;       // the first thing that a partial one lacks
  std::uintmax_t bytes = 0;  // of the snapshot's files
};
std::string_view name_of(Presence::Kind kind);

// A snapshot is complete when an engine that may ask no network can load it: refs/main names it, it
// has a config.json, and every file of weights that its index names, or at least one where there is
// no index.
Presence find_weights(const std::filesystem::path& cache, std::string_view model_id);

}  // namespace model
