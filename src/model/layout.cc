#include "model/layout.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/strings.h"
#include "sys/files.h"

namespace model {
namespace {

namespace fs = std::filesystem;

constexpr const char* index_file = "model.safetensors.index.json";

std::string folder_name(std::string_view model_id) {
  std::string name = "models--";
  for (const char c : model_id) name += c == '/' ? std::string("--") : std::string(1, c);
  return name;
}

std::optional<std::string> text_of(const fs::path& file) {
  try {
    return sys::read_file(file);
  } catch (const base::Error&) {
    return std::nullopt;  // a folder in its place, or no permission: not usable
  }
}

std::set<std::string> files_of_index(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  std::set<std::string> files;
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
    return files;
  for (const auto& [weight, file] : json["weight_map"].items())
    if (file.is_string()) files.insert(file.get<std::string>());
  return files;
}

bool is_weights(const fs::path& file) {
  constexpr std::array<std::string_view, 2> endings = {".safetensors", ".gguf"};
  return std::ranges::find(endings, file.extension().string()) != endings.end();
}

// A link whose blob is gone is no file.
bool is_there(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error);
}

std::string first_missing(const fs::path& snapshot) {
  if (!is_there(snapshot / "config.json")) return "config.json";
  const auto index = text_of(snapshot / index_file);
  if (index) {
    const auto files = files_of_index(*index);
    if (files.empty()) return index_file;
    for (const std::string& file : files)
      if (!is_there(snapshot / file)) return file;
    return {};
  }
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(snapshot, error))
    if (is_weights(entry.path())) return is_there(entry.path()) ? "" : entry.path().filename();
  return "files of weights";
}

std::uintmax_t bytes_below(const fs::path& snapshot) {
  std::uintmax_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(snapshot, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    const std::uintmax_t size = is_there(it->path()) ? fs::file_size(it->path(), gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

}  // namespace

fs::path repository_folder(const fs::path& cache, std::string_view model_id) {
  return cache / "hub" / folder_name(model_id);
}

fs::path lock_folder(const fs::path& cache, std::string_view model_id) {
  return cache / "hub" / ".locks" / folder_name(model_id);
}

fs::path link_to_blob(std::string_view file, std::string_view hash) {
  fs::path link = "../..";
  for (const char c : file)
    if (c == '/') link /= "..";
  return link / "blobs" / hash;
}

std::string_view name_of(Presence::Kind kind) {
  constexpr std::array<std::string_view, 3> names = {"absent", "partial", "complete"};
  return names.at(static_cast<size_t>(kind));
}

Presence find_weights(const fs::path& cache, std::string_view model_id) {
  const fs::path repository = repository_folder(cache, model_id);
  std::error_code error;
  Presence presence;
  if (!fs::is_directory(repository, error)) return presence;
  presence.kind = Presence::Kind::partial;
  presence.missing = "refs/main";
  const auto ref = text_of(repository / "refs" / "main");
  if (!ref) return presence;
  presence.commit = base::trim(*ref);
  const fs::path snapshot = repository / "snapshots" / presence.commit;
  presence.missing = presence.commit.empty() || presence.commit.contains('/')
                         ? "a commit in refs/main"
                         : first_missing(snapshot);
  presence.bytes = bytes_below(snapshot);
  if (presence.missing.empty()) presence.kind = Presence::Kind::complete;
  return presence;
}

}  // namespace model
