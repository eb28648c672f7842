// An image as one file, in the OCI image layout (opencontainers/image-spec, image-layout.md): what
// containerd, podman and skopeo take. Equal trees give equal bytes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "image/elf.h"
#include "image/tree.h"

namespace image {

// As the kubelet completes the chart's "autosre": containerd knows images by their whole names.
constexpr std::string_view image_name = "docker.io/library/autosre";
constexpr std::string_view program_path = "usr/bin/autosre";

struct Platform {
  Machine machine = Machine::x86_64;
  Tree tree;  // has program_path, which is what the image runs
};

struct Image {
  std::string version;  // "0.1.0", its tag
  std::string digest;   // "sha256:…" of the manifest, or of the index when there are two platforms
  std::string archive;  // the file's bytes

  std::string name() const;  // "docker.io/library/autosre:0.1.0"
  // A tag that other bytes never get, so that a deployment that names it changes when they do, and
  // only then: "0.1.0-4f1d…", the digest's first 12 digits.
  std::string exact_tag() const;
  std::string exact_name() const;
};

// The platforms must be of different machines; their order does not matter. The layers are not
// compressed: the file goes to this machine's disk, and no compressor's version is in the digest.
Image pack(std::vector<Platform> platforms, std::string_view version);

}  // namespace image
