// A WebM file of one VP8 track, as bytes (pure). It can be played from the first frame on, however
// its writing ends; finish() adds the length and the index that make it seekable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mcp::browser {

class Webm {
 public:
  // The bytes with which the file begins.
  std::string begin(int width, int height);
  // To be appended for a frame; times are milliseconds from the first one and never go back.
  std::string frame(std::string_view vp8, int64_t time, bool is_key);

  struct Patch {
    size_t offset;  // from the beginning of the file
    std::string bytes;
  };
  struct End {
    std::string appended;
    std::vector<Patch> patches;  // to be written over what is there
  };
  // `duration` in milliseconds.
  End finish(int64_t duration);

  size_t size() const { return size_; }

 private:
  struct Cue {
    int64_t time;
    size_t cluster;  // from the beginning of the segment's content
  };

  size_t size_ = 0;
  size_t segment_ = 0;      // where the segment's content begins
  size_t seek_head_ = 0;    // where there is room for it
  size_t duration_at_ = 0;  // of the number
  int64_t cluster_time_ = -1;
  std::vector<Cue> cues_;
};

}  // namespace mcp::browser
