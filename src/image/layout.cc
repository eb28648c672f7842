#include "image/layout.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sys/digest.h"

namespace image {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view layer_type = "application/vnd.oci.image.layer.v1.tar";
constexpr std::string_view long_ago = "1970-01-01T00:00:00Z";

// Puts a blob into the layout; its descriptor.
json add_blob(Tree& layout, std::string_view type, std::string content) {
  const std::string digits = sys::sha256_of(content);
  json descriptor{{"mediaType", type}, {"digest", "sha256:" + digits}, {"size", content.size()}};
  layout["blobs/sha256/" + digits].content = std::move(content);
  return descriptor;
}

json config_of(const Platform& platform, const json& layer, std::string_view version) {
  return {
      {"created", long_ago},
      {"architecture", architecture_of(platform.machine)},
      {"os", "linux"},
      {"config",
       {{"User", fmt::format("{0}:{0}", unprivileged)},
        {"Env", {"PATH=/usr/bin", "HOME=/data", "XDG_DATA_HOME=/data"}},
        {"Entrypoint", {fmt::format("/{}", program_path)}},
        {"WorkingDir", "/"},
        {"Labels",
         {{"org.opencontainers.image.title", "autosre"},
          {"org.opencontainers.image.version", version}}},
        {"StopSignal", "SIGTERM"}}},
      {"rootfs", {{"type", "layers"}, {"diff_ids", {layer["digest"]}}}},
      {"history", {{{"created", long_ago}, {"created_by", "autosre k3s image"}}}},
  };
}

json add_platform(Tree& layout, const Platform& platform, std::string_view version) {
  const json layer = add_blob(layout, layer_type, tar_of(platform.tree));
  const json config = add_blob(layout, config_type, config_of(platform, layer, version).dump());
  const json manifest{
      {"schemaVersion", 2}, {"mediaType", manifest_type}, {"config", config}, {"layers", {layer}}};
  json descriptor = add_blob(layout, manifest_type, manifest.dump());
  descriptor["platform"] = {{"architecture", architecture_of(platform.machine)}, {"os", "linux"}};
  return descriptor;
}

json index_of(json manifests) {
  return {{"schemaVersion", 2}, {"mediaType", index_type}, {"manifests", std::move(manifests)}};
}

}  // namespace

std::string Image::name() const {
  return fmt::format("{}:{}", image_name, version);
}

std::string Image::exact_tag() const {
  const std::string_view digits = std::string_view(digest).substr(digest.find(':') + 1);
  return fmt::format("{}-{}", version, digits.substr(0, 12));
}

std::string Image::exact_name() const {
  return fmt::format("{}:{}", image_name, exact_tag());
}

Image pack(std::vector<Platform> platforms, std::string_view version) {
  std::ranges::sort(platforms, {}, &Platform::machine);
  Tree layout;
  json manifests = json::array();
  for (const Platform& platform : platforms)
    manifests.push_back(add_platform(layout, platform, version));
  json top = manifests.size() == 1 ? manifests.front()
                                   : add_blob(layout, index_type, index_of(manifests).dump());
  Image image{.version = std::string(version), .digest = top["digest"], .archive = {}};
  top["annotations"] = {{"io.containerd.image.name", image.name()},
                        {"org.opencontainers.image.ref.name", version}};
  layout["index.json"].content = index_of(json::array({top})).dump();
  layout["oci-layout"].content = R"({"imageLayoutVersion":"1.0.0"})";
  image.archive = tar_of(layout);
  return image;
}

}  // namespace image
