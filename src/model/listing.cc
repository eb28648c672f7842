#include "model/listing.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace model {
namespace {

using nlohmann::json;

bool is_hash(std::string_view text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// No way out of the folder, nothing that a terminal or a file system would take amiss.
bool is_safe(std::string_view path) {
  if (path.empty() || path.size() > 1024) return false;
  for (const std::string_view part : base::split(path, '/'))
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
  return std::ranges::none_of(path, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f' || c == '\\';
  });
}

base::Result<RemoteFile> to_file(const json& entry) {
  RemoteFile file;
  file.path = entry.value("path", "");
  if (!is_safe(file.path)) return std::unexpected("it names a file \"" + file.path + "\"");
  file.bytes = entry.value("size", std::uintmax_t{0});
  file.hash = entry.value("oid", "");
  if (const auto large = entry.find("lfs"); large != entry.end() && large->is_object()) {
    file.is_large = true;
    file.hash = large->value("oid", "");
    file.bytes = large->value("size", file.bytes);
  }
  if (!is_hash(file.hash, file.is_large ? 64 : 40))
    return std::unexpected("it has no hash of " + file.path);
  return file;
}

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view end) { return path.ends_with(end); });
}

}  // namespace

base::Result<std::string> parse_revision(std::string_view body) {
  const auto answer = json::parse(body, nullptr, false);
  std::string commit = answer.is_object() && answer.contains("sha") && answer["sha"].is_string()
                           ? answer["sha"].get<std::string>()
                           : std::string();
  if (!is_hash(commit, 40)) return std::unexpected("it names no commit");
  return commit;
}

base::Result<std::vector<RemoteFile>> parse_tree(std::string_view body) {
  const auto answer = json::parse(body, nullptr, false);
  if (!answer.is_array()) return std::unexpected("its list of files is none");
  std::vector<RemoteFile> files;
  try {
    for (const json& entry : answer) {
      if (entry.value("type", "") != "file") continue;
      auto file = to_file(entry);
      if (!file) return std::unexpected(file.error());
      files.push_back(*std::move(file));
    }
  } catch (const json::exception&) {
    return std::unexpected("its list of files has entries of another kind");
  }
  return files;
}

std::string next_page(std::string_view link) {
  for (const std::string_view part : base::split(link, ',')) {
    const size_t begin = part.find('<');
    const size_t end = part.find('>');
    if (begin == part.npos || end == part.npos || end < begin) continue;
    if (part.substr(end).contains("rel=\"next\""))
      return std::string(part.substr(begin + 1, end - begin - 1));
  }
  return {};
}

std::vector<RemoteFile> choose_files(const std::vector<RemoteFile>& all) {
  const auto is_weights = [](const RemoteFile& file) {
    return file.path.ends_with(".safetensors") && !file.path.contains('/');
  };
  const bool has_weights = std::ranges::any_of(all, is_weights);
  std::vector<RemoteFile> chosen;
  for (const RemoteFile& file : all) {
    const bool is_second_copy =
        has_weights &&
        (ends_with_any(file.path, {".bin", ".pth", ".pt", ".gguf", ".h5", ".msgpack", ".onnx"}) ||
         (file.path.contains('/') && ends_with_any(file.path, {".safetensors"})) ||
         file.path.starts_with("original/") || file.path.starts_with("metal/"));
    const bool is_picture = ends_with_any(file.path, {".png", ".jpg", ".jpeg", ".gif", ".webp",
                                                      ".svg", ".pdf", ".mp4", ".gitattributes"});
    if (!is_second_copy && !is_picture) chosen.push_back(file);
  }
  return chosen;
}

std::string encode_path(std::string_view path) {
  constexpr std::string_view open =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string encoded;
  for (const char c : path) {
    if (open.contains(c))
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace model
