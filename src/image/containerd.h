// Brings an image into the containerd of k3s, where the kubelet finds it without any registry.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "image/layout.h"

namespace image {

using Argv = std::vector<std::string>;

struct Step {
  std::string what;  // "import docker.io/library/autosre:0.1.0"
  Argv command;
};

// What containerd has, by name: `ctr images ls` as it prints it. Pure.
struct Kept {
  std::string digest;
  bool is_pinned = false;  // the kubelet does not remove it when the disk fills
};
using Listing = std::map<std::string, Kept>;
Listing parse_listing(std::string_view text);

// The steps after which containerd has the image under both its names, kept from the kubelet's
// cleaning, while other builds are no longer. None: it is so. `ctr` is how the client is called for
// the kubelet's images, `archive` the image's file. Pure.
std::vector<Step> plan_import(const Listing& listing, const Image& image, const Argv& ctr,
                              std::string_view archive);

// {"k3s", "ctr", "--namespace", "k8s.io"}
Argv k3s_ctr();

// Each throws base::Error with the client's last words when it fails.
Listing list_images(const Argv& ctr);
void apply(const std::vector<Step>& steps, const std::function<void(const Step&)>& before,
           const std::function<bool()>& interrupted);

}  // namespace image
