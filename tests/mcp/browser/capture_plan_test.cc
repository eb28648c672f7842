#include <algorithm>

#include <gtest/gtest.h>

#include "mcp/browser/capture.h"

namespace mcp::browser {
namespace {

TEST(CapturePlan, KeepsPicturesWithinWhatModelsTake) {
  for (const double width : {100.0, 1280.0, 4000.0})
    for (const double height : {50.0, 800.0, 5000.0}) {
      const double scale = scale_for(width, height);
      EXPECT_LE(std::max(width, height) * scale, longest_side + 0.5);
      EXPECT_LE(width * height * scale * scale, most_pixels * 1.001);
      EXPECT_LE(scale, 1);
    }
  EXPECT_EQ(scale_for(1280, 800), 1);
}

TEST(CapturePlan, CutsAHighPageIntoPiecesThatFollowEachOther) {
  const Pieces pieces = pieces_of(1280, 5000, 4);
  double y = 0;
  for (const Clip& clip : pieces.clips) {
    EXPECT_EQ(clip.y, y);
    EXPECT_GT(clip.scale, 0.75) << "text stays readable";
    y += clip.height;
  }
  EXPECT_EQ(pieces.clips.size(), 4U);
  EXPECT_EQ(y, 5000);
  EXPECT_EQ(pieces.left_out, 0);
  EXPECT_GT(pieces_of(1280, 20000, 4).left_out, 10000);
  EXPECT_EQ(pieces_of(1280, 300, 4).clips.size(), 1U);
}

}  // namespace
}  // namespace mcp::browser
