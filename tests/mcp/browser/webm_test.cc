#include "mcp/browser/webm.h"

#include <bit>
#include <map>

#include <gtest/gtest.h>

namespace mcp::browser {
namespace {

uint64_t number(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

struct Element {
  uint64_t id;
  std::string_view content;
  size_t offset;  // of the element
};

// Reads one element at `at` of `bytes` and moves behind it; what has no known size holds the rest.
Element next(std::string_view bytes, size_t& at) {
  const size_t start = at;
  const auto first = static_cast<unsigned char>(bytes.at(at));
  const size_t id_length = static_cast<size_t>(std::countl_zero(first)) + 1;
  const uint64_t id = number(bytes.substr(at, id_length));
  at += id_length;
  const auto mark = static_cast<unsigned char>(bytes.at(at));
  const size_t length = static_cast<size_t>(std::countl_zero(mark)) + 1;
  uint64_t size = number(bytes.substr(at, length)) & ((uint64_t{1} << (7 * length)) - 1);
  at += length;
  if (size == (uint64_t{1} << (7 * length)) - 1) size = 0;  // its parts follow as if beside it
  EXPECT_LE(at + size, bytes.size());
  const std::string_view content = bytes.substr(at, size);
  at += size;
  return {id, content, start};
}

std::string patched(std::string file, const Webm::End& end) {
  file += end.appended;
  for (const auto& [offset, bytes] : end.patches) file.replace(offset, bytes.size(), bytes);
  return file;
}

TEST(Webm, HoldsFramesWithTheirTimesAndAnIndex) {
  Webm webm;
  std::string file = webm.begin(640, 480);
  const std::vector<std::pair<int64_t, bool>> frames = {
      {0, true}, {100, false}, {6000, false}, {6100, true}};
  for (const auto& [time, is_key] : frames)
    file += webm.frame("frame" + std::to_string(time), time, is_key);
  EXPECT_EQ(webm.size(), file.size());
  file = patched(std::move(file), webm.finish(7000));

  size_t at = 0;
  std::vector<std::pair<int64_t, bool>> read;
  std::map<size_t, uint64_t> clusters;  // where, and of what time
  size_t segment = 0;
  uint64_t cluster_time = 0;
  size_t last_cluster = 0;
  size_t cues_from_head = 0;
  size_t cues_at = 0;
  int points = 0;
  while (at < file.size()) {
    const Element element = next(file, at);
    if (element.id == 0x18538067) segment = at;
    if (element.id == 0x114D9B74)
      cues_from_head = number(element.content.substr(element.content.size() - 8));
    if (element.id == 0x1F43B675) last_cluster = element.offset;
    if (element.id == 0xE7) clusters[last_cluster] = cluster_time = number(element.content);
    if (element.id == 0xA3) {
      EXPECT_EQ(element.content[0], '\x81');
      const auto time = static_cast<int64_t>(cluster_time + number(element.content.substr(1, 2)));
      read.emplace_back(time, (element.content[3] & 0x80) != 0);
      EXPECT_EQ(element.content.substr(4), "frame" + std::to_string(time));
    }
    if (element.id == 0x1549A966)
      EXPECT_EQ(std::bit_cast<double>(number(element.content.substr(element.content.size() - 8))),
                7000);
    if (element.id == 0x1C53BB6B) {
      cues_at = element.offset - segment;
      for (size_t inside = 0; inside < element.content.size();) {
        const Element point = next(element.content, inside);
        size_t in_point = 0;
        const uint64_t time = number(next(point.content, in_point).content);
        const std::string_view place = next(point.content, in_point).content;
        size_t in_place = 0;
        next(place, in_place);
        const uint64_t where = number(next(place, in_place).content);
        ASSERT_TRUE(clusters.contains(segment + where));
        EXPECT_EQ(clusters[segment + where], time);
        ++points;
      }
    }
  }
  EXPECT_EQ(read, frames);
  EXPECT_EQ(points, 2) << "one for each key frame";
  EXPECT_NE(cues_at, 0U);
  EXPECT_EQ(cues_from_head, cues_at);
}

}  // namespace
}  // namespace mcp::browser
