#include "mcp/browser/webm.h"

#include <bit>

namespace mcp::browser {
namespace {

// RFC 8794 (EBML), RFC 9559 (Matroska).
constexpr uint32_t id_ebml = 0x1A45DFA3;
constexpr uint32_t id_segment = 0x18538067;
constexpr uint32_t id_seek_head = 0x114D9B74;
constexpr uint32_t id_void = 0xEC;
constexpr uint32_t id_info = 0x1549A966;
constexpr uint32_t id_duration = 0x4489;
constexpr uint32_t id_tracks = 0x1654AE6B;
constexpr uint32_t id_cluster = 0x1F43B675;
constexpr uint32_t id_simple_block = 0xA3;
constexpr uint32_t id_cues = 0x1C53BB6B;

// Reserved for the seek head: its 4 + 1 bytes and one entry of 21.
constexpr size_t seek_head_size = 26;
constexpr int64_t longest_cluster = 5'000;

std::string big_endian(uint64_t value, size_t bytes) {
  std::string result;
  for (size_t i = bytes; i-- > 0;) result += static_cast<char>(value >> (8 * i) & 0xFF);
  return result;
}

std::string id_bytes(uint32_t id) {
  size_t bytes = 1;
  while (bytes < 4 && id >> (8 * bytes) != 0) ++bytes;
  return big_endian(id, bytes);
}

std::string size_bytes(size_t size) {
  if (size < 0x7F) return big_endian(0x80 | size, 1);
  return big_endian(uint64_t{1} << 56 | size, 8);
}

std::string element(uint32_t id, std::string_view content) {
  return id_bytes(id) + size_bytes(content.size()) + std::string(content);
}

std::string number(uint32_t id, uint64_t value) {
  size_t bytes = 1;
  while (bytes < 8 && value >> (8 * bytes) != 0) ++bytes;
  return element(id, big_endian(value, bytes));
}

// Until the next one of its kind, or the end of the file.
std::string unknown_size(uint32_t id) {
  return id_bytes(id) + big_endian(0x01FFFFFFFFFFFFFF, 8);
}

}  // namespace

std::string Webm::begin(int width, int height) {
  std::string text = element(id_ebml, number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) +
                                          number(0x42F3, 8) + element(0x4282, "webm") +
                                          number(0x4287, 2) + number(0x4285, 2));
  text += unknown_size(id_segment);
  segment_ = text.size();
  seek_head_ = text.size();
  text += element(id_void, std::string(seek_head_size - 2, '\0'));
  // Times count milliseconds. The length comes at the end.
  const std::string info = number(0x2AD7B1, 1'000'000) + element(0x4D80, "autosre") +
                           element(0x5741, "autosre") + element(id_duration, big_endian(0, 8));
  text += element(id_info, info);
  duration_at_ = text.size() - 8;
  const std::string video =
      number(0xB0, static_cast<uint64_t>(width)) + number(0xBA, static_cast<uint64_t>(height));
  const std::string track = number(0xD7, 1) + number(0x73C5, 1) + number(0x83, 1) +
                            number(0x9C, 0) + element(0x86, "V_VP8") + element(0xE0, video);
  text += element(id_tracks, element(0xAE, track));
  size_ = text.size();
  return text;
}

std::string Webm::frame(std::string_view vp8, int64_t time, bool is_key) {
  std::string text;
  const bool is_new = cluster_time_ < 0 || is_key || time - cluster_time_ > longest_cluster;
  if (is_new) {
    if (is_key) cues_.push_back({.time = time, .cluster = size_ - segment_});
    text += unknown_size(id_cluster) + number(0xE7, static_cast<uint64_t>(time));
    cluster_time_ = time;
  }
  std::string block(1, static_cast<char>(0x81));  // track 1
  block += big_endian(static_cast<uint64_t>(time - cluster_time_), 2);
  block += static_cast<char>(is_key ? 0x80 : 0);
  block += vp8;
  text += element(id_simple_block, block);
  size_ += text.size();
  return text;
}

Webm::End Webm::finish(int64_t duration) {
  End end;
  std::string points;
  for (const Cue& cue : cues_) {
    const std::string place = number(0xF7, 1) + number(0xF1, cue.cluster);
    points += element(0xBB, number(0xB3, static_cast<uint64_t>(cue.time)) + element(0xB7, place));
  }
  const size_t cues_at = size_ - segment_;
  if (!points.empty()) {
    end.appended = element(id_cues, points);
    const std::string seek =
        element(0x53AB, id_bytes(id_cues)) + element(0x53AC, big_endian(cues_at, 8));
    std::string head = element(id_seek_head, element(0x4DBB, seek));  // seek_head_size bytes
    end.patches.push_back({.offset = seek_head_, .bytes = std::move(head)});
  }
  const auto length = std::bit_cast<uint64_t>(static_cast<double>(duration));
  end.patches.push_back({.offset = duration_at_, .bytes = big_endian(length, 8)});
  return end;
}

}  // namespace mcp::browser
