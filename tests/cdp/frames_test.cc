#include "cdp/frames.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cdp {
namespace {

using testing::ElementsAre;

struct Taken {
  std::vector<std::string> messages;
  std::vector<std::string> oversized;

  void feed(Frames& frames, std::string_view bytes) {
    frames.feed(
        bytes, [this](std::string message) { messages.push_back(std::move(message)); },
        [this](std::string_view beginning) { oversized.emplace_back(beginning); });
  }
};

TEST(CdpFrames, CutsAtZeroBytesWhereverTheReadsEnd) {
  const std::string stream{"one\0two\0\0three", 14};
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    Frames frames(100);
    Taken taken;
    taken.feed(frames, std::string_view(stream).substr(0, cut));
    taken.feed(frames, std::string_view(stream).substr(cut));
    EXPECT_THAT(taken.messages, ElementsAre("one", "two"));
    taken.feed(frames, std::string_view("!\0", 2));
    EXPECT_EQ(taken.messages.back(), "three!");
  }
}

TEST(CdpFrames, KeepsOnlyTheBeginningOfWhatIsTooLong) {
  Frames frames(100);
  Taken taken;
  const std::string begin = R"({"id":5,"result":")";
  taken.feed(frames, begin);
  for (int i = 0; i < 50; ++i) taken.feed(frames, std::string(1000, 'x'));
  taken.feed(frames, std::string_view("\0next\0", 6));
  ASSERT_EQ(taken.oversized.size(), 1U);
  EXPECT_TRUE(taken.oversized[0].starts_with(begin));
  EXPECT_LE(taken.oversized[0].size(), 64U);
  EXPECT_THAT(taken.messages, ElementsAre("next"));
}

}  // namespace
}  // namespace cdp
