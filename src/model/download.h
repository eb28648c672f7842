// One file from the hub into its blob: goes on where it was cut off, checked before it counts.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "model/hub.h"

namespace model {

struct Job {
  RemoteFile file;
  Address address;
  std::filesystem::path blob;  // where it goes; beside it BLOB.incomplete while it comes
  std::filesystem::path lock;  // held while it comes, as Hugging Face's own programs do
};

// Adds what comes to `received` (and takes away what has to come again). Throws base::Error when it
// fails for good: refused, not what the hub says it is, disk full, held by another program.
void download(const Hub& hub, const Job& job, std::atomic<std::int64_t>& received);

// Bytes of a file that are there from an earlier try.
std::uintmax_t bytes_begun(const Job& job);
std::filesystem::path incomplete(const std::filesystem::path& blob);

}  // namespace model
