#include "mcp/browser/vp8.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

namespace mcp::browser {
namespace {

std::string jpeg_of(int width, int height) {
  const std::vector<unsigned char> pixels(static_cast<size_t>(width * height * 3), 200);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjhandle encoder = tjInitCompress();
  EXPECT_EQ(tjCompress2(encoder, pixels.data(), width, 0, height, TJPF_RGB, &bytes, &size,
                        TJSAMP_420, 80, 0),
            0);
  std::string jpeg(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(encoder);
  return jpeg;
}

TEST(Vp8, TakesPicturesOfAnySize) {
  for (const int width : {32, 33, 1279})
    for (const int height : {16, 17, 719}) {
      Vp8 encoder;
      const auto frame = encoder.encode(jpeg_of(width, height), 0);
      ASSERT_TRUE(frame) << width << 'x' << height;
      EXPECT_TRUE(frame->is_key);
      EXPECT_EQ(encoder.width(), width + width % 2);
      EXPECT_EQ(encoder.height(), height + height % 2);
    }
}

TEST(Vp8, KeepsTheSizeOfTheFirstPicture) {
  Vp8 encoder;
  ASSERT_TRUE(encoder.encode(jpeg_of(64, 48), 0));
  int64_t time = 0;
  for (const auto& [width, height] : {std::pair{31, 99}, {99, 31}, {64, 48}, {640, 481}}) {
    EXPECT_TRUE(encoder.encode(jpeg_of(width, height), time += 100)) << width << 'x' << height;
    EXPECT_EQ(encoder.width(), 64);
    EXPECT_EQ(encoder.height(), 48);
  }
}

TEST(Vp8, RefusesWhatIsNoPicture) {
  Vp8 encoder;
  EXPECT_FALSE(encoder.encode("", 0));
  EXPECT_FALSE(encoder.encode("\xFF\xD8\xFF and no more", 0));
  EXPECT_FALSE(encoder.encode(jpeg_of(64, 48).substr(0, 60), 0));
  EXPECT_FALSE(encoder.repeat(40));
}

}  // namespace
}  // namespace mcp::browser
