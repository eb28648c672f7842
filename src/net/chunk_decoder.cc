#include "net/chunk_decoder.h"

namespace net {
namespace {

constexpr uint32_t max_extension = 4096;
constexpr uint32_t max_trailers = 16384;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void ChunkDecoder::size_digit(char c) {
  const int value = hex_value(c);
  if (value >= 0 && digits_ < 15) {
    left_ = left_ * 16 + static_cast<uint64_t>(value);
    ++digits_;
  } else if (digits_ > 0 && c == '\r') {
    state_ = State::size_end;
  } else if (digits_ > 0 && (c == ';' || c == ' ' || c == '\t')) {
    state_ = State::extension;
    line_ = 0;
  } else {
    state_ = State::failed;
  }
}

void ChunkDecoder::step(char c) {
  switch (state_) {
    case State::size:
      size_digit(c);
      return;
    case State::extension:
      if (c == '\r') {
        state_ = State::size_end;
      } else if (c == '\n' || ++line_ > max_extension) {
        state_ = State::failed;
      }
      return;
    case State::size_end:
      line_ = 0;
      digits_ = 0;
      state_ = c != '\n' ? State::failed : left_ > 0 ? State::data : State::trailer;
      return;
    case State::data_end:
      state_ = c == '\r' ? State::data_lf : State::failed;
      return;
    case State::data_lf:
      state_ = c == '\n' ? State::size : State::failed;
      return;
    case State::trailer:
      if (++trailers_ > max_trailers) {
        state_ = State::failed;
      } else if (c == '\n') {
        if (line_ == 0) state_ = State::complete;
        line_ = 0;
      } else if (c != '\r') {
        ++line_;
      }
      return;
    case State::data:
    case State::complete:
    case State::failed:
      return;
  }
}

}  // namespace net
