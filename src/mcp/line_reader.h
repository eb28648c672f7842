// Takes lines out of pieces of a stream, however it is cut, and keeps no line above a limit (pure).
#pragma once

#include <string>
#include <string_view>

namespace mcp {

class LineReader {
 public:
  explicit LineReader(size_t limit) : limit_(limit) {}

  // Calls on_line for each line that ends in `piece`, without its line end, and on_too_long where
  // one was longer than the limit.
  template <class OnLine, class OnTooLong>
  void feed(std::string_view piece, OnLine on_line, OnTooLong on_too_long) {
    for (size_t end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
      keep(piece.substr(0, end));
      piece.remove_prefix(end + 1);
      if (is_too_long_) {
        on_too_long();
      } else {
        on_line(std::string_view(line_));
      }
      reset();
    }
    keep(piece);
  }

  // What stands behind the last line end counts as a line too.
  template <class OnLine>
  void end(OnLine on_line) {
    if (!is_too_long_ && !line_.empty()) on_line(std::string_view(line_));
    reset();
  }

 private:
  static constexpr size_t usual = 64u << 10;

  void keep(std::string_view part) {
    is_too_long_ = is_too_long_ || line_.size() + part.size() > limit_;
    if (is_too_long_) {
      std::string().swap(line_);
    } else {
      line_ += part;
    }
  }

  void reset() {
    line_.clear();
    if (line_.capacity() > usual) line_.shrink_to_fit();
    is_too_long_ = false;
  }

  size_t limit_;
  std::string line_;
  bool is_too_long_ = false;
};

}  // namespace mcp
