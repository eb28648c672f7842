#include "image/layout.h"

#include <map>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sys/digest.h"

namespace image {
namespace {

using nlohmann::json;

using Files = std::map<std::string, std::string>;

Files unpack(const std::string& tar) {
  Files files;
  archive* reader = archive_read_new();
  archive_read_support_format_tar(reader);
  EXPECT_EQ(archive_read_open_memory(reader, tar.data(), tar.size()), ARCHIVE_OK);
  for (archive_entry* entry; archive_read_next_header(reader, &entry) == ARCHIVE_OK;) {
    std::string content(static_cast<size_t>(archive_entry_size(entry)), '\0');
    archive_read_data(reader, content.data(), content.size());
    files[archive_entry_pathname(entry)] = std::move(content);
  }
  archive_read_free(reader);
  return files;
}

// The blob of a descriptor; its digest and its size must be true.
std::string blob(const Files& files, const json& descriptor) {
  const std::string digest = descriptor.at("digest");
  const auto found = files.find("blobs/sha256/" + digest.substr(std::string("sha256:").size()));
  EXPECT_NE(found, files.end()) << digest;
  if (found == files.end()) return {};
  EXPECT_EQ("sha256:" + sys::sha256_of(found->second), digest);
  EXPECT_EQ(found->second.size(), descriptor.at("size"));
  return found->second;
}

Platform platform(Machine machine, std::string program =
                                       "\x7f"
                                       "ELF") {
  Tree tree = bare_system();
  tree[std::string(program_path)] = {std::move(program), 0755, 0, false};
  return {.machine = machine, .tree = std::move(tree)};
}

json top_of(const Files& files) {
  EXPECT_EQ(json::parse(files.at("oci-layout")), json({{"imageLayoutVersion", "1.0.0"}}));
  const json index = json::parse(files.at("index.json"));
  EXPECT_EQ(index.at("schemaVersion"), 2);
  EXPECT_EQ(index.at("manifests").size(), 1u);
  return index.at("manifests").at(0);
}

TEST(Layout, HoldsOnePlatformWhoseDigestsAreTrue) {
  const Image image = pack({platform(Machine::aarch64, "the program")}, "1.2.3");
  const Files files = unpack(image.archive);
  const json top = top_of(files);
  EXPECT_EQ(top.at("digest"), image.digest);
  EXPECT_EQ(top.at("platform"), json({{"architecture", "arm64"}, {"os", "linux"}}));
  EXPECT_EQ(top.at("annotations").at("io.containerd.image.name"),
            "docker.io/library/autosre:1.2.3");
  const json manifest = json::parse(blob(files, top));
  EXPECT_EQ(manifest.at("mediaType"), top.at("mediaType"));
  const json config = json::parse(blob(files, manifest.at("config")));
  EXPECT_EQ(config.at("architecture"), "arm64");
  EXPECT_EQ(config.at("config").at("User"), "65532:65532");
  EXPECT_EQ(config.at("config").at("Entrypoint"), json({"/usr/bin/autosre"}));
  ASSERT_EQ(manifest.at("layers").size(), 1u);
  // Not compressed: the layer's digest is that of its content.
  EXPECT_EQ(config.at("rootfs").at("diff_ids").at(0), manifest.at("layers").at(0).at("digest"));
  const Files root = unpack(blob(files, manifest.at("layers").at(0)));
  EXPECT_EQ(root.at("usr/bin/autosre"), "the program");
}

TEST(Layout, HoldsAnIndexOfTwoPlatforms) {
  const Image image =
      pack({platform(Machine::aarch64, "arm"), platform(Machine::x86_64, "intel")}, "1.2.3");
  const Files files = unpack(image.archive);
  const json top = top_of(files);
  EXPECT_EQ(top.at("mediaType"), "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(top.at("digest"), image.digest);
  const json index = json::parse(blob(files, top));
  std::map<std::string, std::string> programs;
  for (const json& descriptor : index.at("manifests")) {
    const json manifest = json::parse(blob(files, descriptor));
    programs[descriptor.at("platform").at("architecture")] =
        unpack(blob(files, manifest.at("layers").at(0))).at("usr/bin/autosre");
  }
  EXPECT_EQ(programs, (std::map<std::string, std::string>{{"amd64", "intel"}, {"arm64", "arm"}}));
}

TEST(Layout, IsTheSameBytesForTheSameFilesInAnyOrder) {
  const Image one = pack({platform(Machine::aarch64), platform(Machine::x86_64)}, "1");
  const Image two = pack({platform(Machine::x86_64), platform(Machine::aarch64)}, "1");
  EXPECT_EQ(one.archive, two.archive);
  EXPECT_EQ(one.digest, two.digest);
}

TEST(Layout, HasAnotherNameForOtherBytes) {
  const Image one = pack({platform(Machine::x86_64, "a")}, "1.2.3");
  const Image two = pack({platform(Machine::x86_64, "b")}, "1.2.3");
  EXPECT_EQ(one.name(), two.name());
  EXPECT_NE(one.digest, two.digest);
  EXPECT_NE(one.exact_name(), two.exact_name());
  EXPECT_EQ(one.exact_name(), "docker.io/library/autosre:1.2.3-" +
                                  one.digest.substr(std::string("sha256:").size(), 12));
}

}  // namespace
}  // namespace image
