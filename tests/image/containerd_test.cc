#include "image/containerd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Image image_of_now{.version = "1.2.3", .digest = "sha256:0123456789abcdef", .archive = {}};
const std::string name = "docker.io/library/autosre:1.2.3";
const std::string exact = "docker.io/library/autosre:1.2.3-0123456789ab";
const Argv ctr{"ctr"};

std::vector<std::string> what(const std::vector<Step>& steps) {
  std::vector<std::string> texts;
  for (const Step& step : steps) texts.push_back(step.what);
  return texts;
}

TEST(Containerd, ListingIsReadAsItIsPrinted) {
  // ctr 1.6.20, with a warning of k3s' before it.
  const Listing listing = parse_listing(
      "time=\"2026-01-01T00:00:00Z\" level=warning msg=\"a: sha256: b\"\n"
      "REF                             TYPE                                       DIGEST    SIZE   "
      "  PLATFORMS   LABELS                          \n"
      "docker.io/library/autosre:0.1.0 application/vnd.oci.image.manifest.v1+json sha256:aa 13.2 "
      "MiB linux/amd64 -                               \n"
      "docker.io/library/autosre:x     application/vnd.oci.image.manifest.v1+json sha256:bb 13.2 "
      "MiB linux/amd64 io.cri-containerd.image=managed,io.cri-containerd.pinned=pinned \n");
  ASSERT_EQ(listing.size(), 2u);
  EXPECT_EQ(listing.at("docker.io/library/autosre:0.1.0").digest, "sha256:aa");
  EXPECT_FALSE(listing.at("docker.io/library/autosre:0.1.0").is_pinned);
  EXPECT_EQ(listing.at("docker.io/library/autosre:x").digest, "sha256:bb");
  EXPECT_TRUE(listing.at("docker.io/library/autosre:x").is_pinned);
}

TEST(Containerd, WithoutTheImageImportsTagsAndKeepsIt) {
  const auto steps = plan_import({}, image_of_now, ctr, "/tmp/a.tar");
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_THAT(steps[0].command, ElementsAre("ctr", "images", "import", "/tmp/a.tar"));
  EXPECT_THAT(steps[1].command, ElementsAre("ctr", "images", "tag", "--force", name, exact));
  EXPECT_THAT(steps[2].command,
              ElementsAre("ctr", "images", "label", exact, "io.cri-containerd.pinned=pinned"));
}

TEST(Containerd, WithTheImageDoesNothing) {
  const Listing listing{{name, {image_of_now.digest, false}}, {exact, {image_of_now.digest, true}}};
  EXPECT_THAT(plan_import(listing, image_of_now, ctr, "/tmp/a.tar"), IsEmpty());
}

TEST(Containerd, GoesOnWhereAnInterruptedImportEnded) {
  const Listing listing{{name, {image_of_now.digest, false}},
                        {exact, {image_of_now.digest, false}}};
  EXPECT_THAT(what(plan_import(listing, image_of_now, ctr, "/tmp/a.tar")),
              ElementsAre("keep " + exact));
}

TEST(Containerd, KeepsOtherBuildsNoLonger) {
  const std::string old = "docker.io/library/autosre:1.2.3-ffff";
  const Listing listing{{name, {"sha256:ffff", false}},
                        {old, {"sha256:ffff", true}},
                        {"docker.io/library/other:1", {"sha256:ffff", true}}};
  EXPECT_THAT(
      what(plan_import(listing, image_of_now, ctr, "/tmp/a.tar")),
      ElementsAre("import " + name, "tag " + exact, "keep " + exact, "keep no longer " + old));
}

}  // namespace
}  // namespace image
